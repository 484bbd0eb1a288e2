"""Pictures within a page."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from kspec.reports.run_page.evidence import Evidence

__all__ = ["AugmentedRow", "augmented_rows", "to_data"]


@dataclass(frozen=True)
class AugmentedRow:
    """A picture and its augmented variants, as data URLs; `label` is the name of its class."""

    label: str
    original: str
    variants: tuple[str, ...]


def to_data(picture: np.ndarray) -> str:
    """A picture, uint8 (height, width, 1 or 3), as the data URL of a PNG."""
    file = io.BytesIO()
    image = Image.fromarray(picture[..., 0] if picture.shape[-1] == 1 else picture)
    image.save(file, format="PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def augmented_rows(evidence: Evidence, names: tuple[str, ...]) -> tuple[AugmentedRow, ...]:
    """A row for each picture that the run kept with its variants; `names` are the class names."""
    kept = evidence.augmented
    if kept is None:
        return ()
    return tuple(
        AugmentedRow(_label(label, names), to_data(original), tuple(map(to_data, variants)))
        for original, variants, label in zip(
            kept.originals, kept.variants, kept.labels, strict=True
        )
    )


def _label(label: np.ndarray, names: tuple[str, ...]) -> str:
    if np.ndim(label) == 0 and 0 <= label < len(names):
        return names[int(label)]
    return ", ".join(f"{each:g}" for each in np.atleast_1d(label).ravel()[:4])
