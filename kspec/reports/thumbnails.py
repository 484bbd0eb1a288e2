"""Samples as small pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

__all__ = ["are_pictures", "thumbnails"]

LONGEST = 96


def are_pictures(samples: object) -> bool:
    """Whether samples are one array (n, height, width, channels) with 1 or 3 channels."""
    shape: tuple[int, ...] = getattr(samples, "shape", ())  # A dictionary of inputs has none.
    return len(shape) == 4 and shape[-1] in (1, 3)


def thumbnails(pictures: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Pictures (n, height, width, channels) as uint8, with sides of at most `LONGEST`.

    Pixels are from 0 to 255, or from 0 to 1 if no picture exceeds that; other values are clipped,
    and NaN is black.
    """
    values = np.nan_to_num(pictures.astype(np.float32))
    if pictures.dtype.kind == "f" and values.size and values.min() >= 0 and values.max() <= 1:
        values *= 255
    pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    if max(pixels.shape[1:3]) <= LONGEST:
        return pixels
    return np.stack([_reduced(picture) for picture in pixels])


def _reduced(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    channels = picture.shape[-1]
    image = Image.fromarray(picture[..., 0] if channels == 1 else picture)
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    return np.asarray(image).reshape(image.height, image.width, channels)
