"""Calibration: is a model right as often as its confidence claims?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["BINS", "Bin", "Calibration", "calibrate"]

BINS = 15
"""As many as Guo et al. take."""


@dataclass(frozen=True)
class Bin:
    """The samples predicted with a confidence above `low` and up to `high`.

    `count` is their number, `confidence` their mean confidence, and `accuracy` the fraction that
    was predicted correctly; both are 0.0 for an empty bin.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Calibration:
    """The bins, from 0 to 1, and the expected calibration error (0 is perfect, 1 the worst)."""

    bins: tuple[Bin, ...]
    error: float


def calibrate(
    labels: npt.NDArray[Any], probabilities: npt.NDArray[Any], bins: int = BINS
) -> Calibration:
    """Compare confidence with accuracy.

    The confidence of a prediction is its largest probability. With B_m the samples whose confidence
    is in ((m - 1) / M, m / M], the expected calibration error is

        ECE = sum over m of |B_m| / n * |accuracy(B_m) - confidence(B_m)|

    (Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks, ICML 2017, equation 3;
    they take M = 15.)

    Args:
        labels: Integers (n,), n > 0.
        probabilities: (n, classes), finite.
        bins: M.
    """
    confidence = probabilities.max(axis=-1).astype(np.float64)
    right = probabilities.argmax(axis=-1) == labels
    places = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    counts = np.bincount(places, minlength=bins)
    filled = np.maximum(counts, 1)
    confidences = np.bincount(places, weights=confidence, minlength=bins) / filled
    accuracies = np.bincount(places, weights=right, minlength=bins) / filled
    error = float((counts / len(labels) * np.abs(accuracies - confidences)).sum())
    rows = tuple(
        Bin(m / bins, (m + 1) / bins, int(counts[m]), float(confidences[m]), float(accuracies[m]))
        for m in range(bins)
    )
    return Calibration(rows, error)
