"""How far two arrays are from each other."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["SMALLEST_SCALE", "difference", "distance", "largest", "mean_size"]

# Smaller values are negligible in a network: two zeros with rounding noise count as equal.
SMALLEST_SCALE = 1e-6


def difference(reference: NDArray[Any], other: NDArray[Any], *, scale: float = 0.0) -> float:
    """The largest difference of two elements, relative to the scale of the quantity.

    The scale is the largest magnitude in `reference`, and no less than `scale` and
    `SMALLEST_SCALE`: an element that is zero apart from rounding is judged by those beside it. NaN
    and infinities are equal to themselves; the result is infinite if the shapes differ or only one
    array has NaN or infinity in a place.
    """
    if reference.shape != other.shape:
        return math.inf
    if reference.size == 0 or np.array_equal(reference, other):
        return 0.0
    a, b = reference.astype(np.float64), other.astype(np.float64)
    finite = np.isfinite(a)
    if not np.array_equal(finite, np.isfinite(b)):
        return math.inf
    if not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return math.inf
    if not finite.any():
        return 0.0
    gap = np.abs(a[finite] - b[finite]).max()
    return float(gap / max(largest(reference), scale, SMALLEST_SCALE))


def distance(reference: NDArray[Any], other: NDArray[Any], *, scale: float = 0.0) -> float:
    """The Euclidean distance of two arrays, relative to the length of the reference.

    For results of many summands, such as the gradient of a whole network: a few elements may differ
    by much (a ReLU whose input is zero apart from rounding passes on one backend what it blocks on
    another) while the whole is the same. The length is at least that of an array which is
    `scale`, or `SMALLEST_SCALE`, everywhere. As in `difference`, the result is infinite for arrays
    that cannot be compared.
    """
    if reference.shape != other.shape or not np.array_equal(
        np.isfinite(reference), np.isfinite(other)
    ):
        return math.inf
    finite = np.isfinite(reference)
    a, b = reference[finite].astype(np.float64), other[finite].astype(np.float64)
    least = max(scale, SMALLEST_SCALE) * math.sqrt(max(a.size, 1))
    return float(np.linalg.norm(a - b) / max(float(np.linalg.norm(a)), least))


def largest(array: NDArray[Any]) -> float:
    """The largest finite magnitude in `array`; 0 if there is none."""
    magnitudes = np.abs(array.astype(np.float64))
    finite = magnitudes[np.isfinite(magnitudes)]
    return float(finite.max()) if finite.size else 0.0


def mean_size(array: NDArray[Any]) -> float:
    """The root mean square of an array's finite elements; 0 if there are none."""
    finite = array[np.isfinite(array)].astype(np.float64)
    return float(np.sqrt(np.mean(finite**2))) if finite.size else 0.0
