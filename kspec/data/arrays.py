"""Arrays from outside, brought to the form that a `Split` promises."""

from __future__ import annotations

import numpy as np

from kspec.data.dataset import Split
from kspec.errors import DataError

__all__ = ["as_labels", "as_pixels", "as_split", "fit_shape", "shape_text"]


def as_split(x: np.ndarray, y: np.ndarray, *, where: str, part: str) -> Split:
    """Samples and labels that belong together.

    `where` is the file, `part` the set's name in it ("train"). Raises DataError for arrays that
    hold no numbers, labels that are no whole numbers, and lengths that differ.
    """
    pixels = as_pixels(x, where=f"{where}: x_{part}")
    labels = as_labels(y, where=f"{where}: y_{part}")
    if len(pixels) != len(labels):
        raise DataError(
            f"{where}: x_{part} has {len(pixels)} samples, but y_{part} has {len(labels)} labels"
        )
    if len(pixels) == 0:
        raise DataError(f"{where}: x_{part} is empty")
    return Split(pixels, labels)


def as_pixels(x: np.ndarray, *, where: str) -> np.ndarray:
    """(n, ...) as uint8 where it is uint8 or fits it unchanged, otherwise as float32."""
    if x.ndim < 2:
        raise DataError(f"{where} has the shape {x.shape}; it must be (samples, height, width, …)")
    if x.dtype == np.uint8 or x.dtype == np.float32:
        result = x
    elif x.dtype == np.bool_:
        result = x.astype(np.uint8)
    elif np.issubdtype(x.dtype, np.integer):
        fits = x.size == 0 or (int(x.min()) >= 0 and int(x.max()) <= 255)
        result = x.astype(np.uint8 if fits else np.float32)
    elif np.issubdtype(x.dtype, np.floating):
        with np.errstate(over="ignore"):  # too large for float32 is infinite, and refused below
            result = x.astype(np.float32)
    else:
        raise DataError(f"{where} holds {x.dtype} values; pictures must be numbers")
    if result.dtype == np.float32 and not np.isfinite(result).all():
        raise DataError(f"{where} holds values that are not finite (NaN or infinity)")
    return result


def as_labels(y: np.ndarray, *, where: str) -> np.ndarray:
    """(n,) or (n, 1) whole numbers as int32 (n,)."""
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        hint = "; one-hot labels become class numbers by y.argmax(axis=1)" if y.ndim == 2 else ""
        raise DataError(f"{where} has the shape {y.shape}; labels must be (samples,){hint}")
    if y.dtype.kind not in "buif":
        raise DataError(f"{where} holds {y.dtype} values; labels must be class numbers from 0")
    if y.dtype.kind == "f" and not (np.isfinite(y).all() and (y == np.floor(y)).all()):
        raise DataError(f"{where} holds {y.dtype} values; labels must be whole class numbers")
    if len(y) and (y.min() < 0 or y.max() >= 2**31):
        raise DataError(f"{where}: labels go from {y.min()} to {y.max()}; they must start at 0")
    return y.astype(np.int32)


def fit_shape(split: Split, shape: tuple[int, ...], *, source: str) -> Split:
    """The split with samples of just that shape; pictures without channels gain their one.

    Raises DataError where the shapes differ in anything else.
    """
    found = split.x.shape[1:]
    if found == shape:
        return split
    if (*found, 1) == shape:
        return Split(split.x[..., np.newaxis], split.y)
    if len(found) == 2:
        found = (*found, 1)
    raise DataError(
        f"{source}: the pictures are {shape_text(found)}, "
        f"but the spec's input.shape is {shape_text(shape)}"
    )


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as people write it, with multiplication signs."""
    return "\N{MULTIPLICATION SIGN}".join(str(size) for size in shape)
