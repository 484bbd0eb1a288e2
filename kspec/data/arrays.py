"""Converts samples from outside to the form that a `Split` promises."""

from __future__ import annotations

import numpy as np

from kspec.data.dataset import LabelKind, Split
from kspec.data.label_arrays import as_label_array
from kspec.data.samples import Samples
from kspec.errors import DataError

__all__ = ["as_pixels", "as_split", "as_values", "as_whole_numbers", "is_whole"]

_PART_BYTES = 2**26


def as_split(
    x: Samples, y: np.ndarray, *, where: str, part: str, labels: LabelKind = "classes"
) -> Split:
    """Samples and their labels as a `Split`.

    `where` is the file, `part` the set's name in it ("train"). Messages name the arrays of several
    inputs as a file does: "x_train_left". Raises DataError for labels that are not of this kind,
    and if the lengths differ.
    """
    values = as_label_array(y, labels, where=f"{where}: y_{part}")
    arrays = {f"_{name}": each for name, each in x.items()} if isinstance(x, dict) else {"": x}
    for name, array in arrays.items():
        if len(array) != len(values):
            raise DataError(
                f"{where}: x_{part}{name} has {len(array)} samples, "
                f"but y_{part} has {len(values)} labels"
            )
        if len(array) == 0:
            raise DataError(f"{where}: x_{part}{name} is empty")
    return Split(x, values)


def as_values(x: np.ndarray, dtype: str, *, where: str) -> np.ndarray:
    """Samples for an input of this dtype, by `as_pixels` or `as_whole_numbers`."""
    return as_whole_numbers(x, dtype, where=where) if is_whole(dtype) else as_pixels(x, where=where)


def is_whole(dtype: str) -> bool:
    """Whether an input of this dtype takes whole numbers, such as word indices."""
    return dtype.startswith(("int", "uint"))


def as_whole_numbers(x: np.ndarray, dtype: str, *, where: str) -> np.ndarray:
    """(n, ...) as `dtype`, an integer type. Raises DataError for values that it cannot hold."""
    if x.ndim < 2:
        raise DataError(f"{where} has the shape {x.shape}; it must be (samples, …)")
    if x.dtype.kind not in "buif":
        raise DataError(f"{where} holds {x.dtype} values; an input of {dtype} takes whole numbers")
    if x.dtype.kind == "f" and not (np.isfinite(x).all() and (x == np.floor(x)).all()):
        raise DataError(
            f"{where} holds {x.dtype} values that are not whole, but the spec's input is {dtype}"
        )
    limits = np.iinfo(dtype)
    low, high = (int(x.min()), int(x.max())) if x.size else (0, 0)
    if low < limits.min or high > limits.max:
        raise DataError(
            f"{where}: values from {low} to {high} do not fit the spec's input of {dtype}"
        )
    return x.astype(dtype, copy=False)


def as_pixels(x: np.ndarray, *, where: str) -> np.ndarray:
    """(n, ...) as uint8 if its values fit that unchanged, otherwise as float32."""
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
        with np.errstate(over="ignore"):  # too large for float32 becomes infinite, rejected below
            result = x.astype(np.float32)
    else:
        raise DataError(f"{where} holds {x.dtype} values; samples must be numbers")
    if result.dtype == np.float32 and not _is_finite(result):
        raise DataError(f"{where} holds values that are not finite (NaN or infinity)")
    return result


def _is_finite(x: np.ndarray) -> bool:
    """Whether all values are finite, checked in parts, since the array may be a file's."""
    count = max(1, len(x) * _PART_BYTES // max(1, x.nbytes))
    return all(np.isfinite(x[start : start + count]).all() for start in range(0, len(x), count))
