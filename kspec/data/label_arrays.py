"""Converts labels from outside to the form that a `Split` promises for their kind."""

from __future__ import annotations

import numpy as np

from kspec.data.dataset import LabelKind
from kspec.errors import DataError

__all__ = ["as_label_array", "as_labels", "as_masks", "as_numbers"]


def as_label_array(y: np.ndarray, kind: LabelKind, *, where: str) -> np.ndarray:
    """`y` as labels of this kind. Raises DataError if it is not that."""
    return {"classes": as_labels, "masks": as_masks, "numbers": as_numbers}[kind](y, where=where)


def as_labels(y: np.ndarray, *, where: str) -> np.ndarray:
    """Classes: whole numbers (n,) or (n, 1) as int32 (n,)."""
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        hints = {
            2: "; one-hot labels become class numbers by y.argmax(axis=1)",
            3: '; masks need "labels": "masks" in data',
        }
        hint = hints.get(y.ndim, "")
        raise DataError(f"{where} has the shape {y.shape}; labels must be (samples,){hint}")
    return _class_numbers(y, where).astype(np.int32)


def as_masks(y: np.ndarray, *, where: str) -> np.ndarray:
    """A class for each pixel: whole numbers (n, height, width) or (n, height, width, 1) as uint8
    (n, height, width), or as int32 if uint8 cannot hold them."""
    if y.ndim == 4 and y.shape[3] == 1:
        y = y[..., 0]
    if y.ndim != 3:
        raise DataError(f"{where} has the shape {y.shape}; masks must be (samples, height, width)")
    y = _class_numbers(y, where)
    return y.astype(np.uint8 if y.size == 0 or y.max() <= 255 else np.int32)


def as_numbers(y: np.ndarray, *, where: str) -> np.ndarray:
    """Numbers to predict: (n,) or (n, k) as float32 (n, k)."""
    if y.ndim == 1:
        y = y[:, np.newaxis]
    if y.ndim != 2:
        raise DataError(f"{where} has the shape {y.shape}; numbers must be (samples,)")
    if y.dtype.kind not in "buif":
        raise DataError(f"{where} holds {y.dtype} values; they must be numbers")
    with np.errstate(over="ignore"):  # too large for float32 becomes infinite, rejected below
        result = y.astype(np.float32)
    if not np.isfinite(result).all():
        raise DataError(f"{where} holds values that are not finite (NaN or infinity)")
    return result


def _class_numbers(y: np.ndarray, where: str) -> np.ndarray:
    if y.dtype.kind not in "buif":
        raise DataError(f"{where} holds {y.dtype} values; labels must be class numbers from 0")
    if y.dtype.kind == "f" and not (np.isfinite(y).all() and (y == np.floor(y)).all()):
        raise DataError(
            f"{where} holds {y.dtype} values; labels must be whole class numbers, "
            'or, to predict numbers, say "labels": "numbers" in data'
        )
    if y.size and (y.min() < 0 or y.max() >= 2**31):
        raise DataError(f"{where}: labels go from {y.min()} to {y.max()}; they must start at 0")
    return y
