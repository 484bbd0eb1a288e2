"""Statistics of the weights of a network, a few numbers for each array."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

__all__ = ["NEAR", "WeightStatistics", "statistics"]

NEAR = 0.01
"""Near zero is a weight below this share of the root mean square of all in its array."""


@dataclass(frozen=True)
class WeightStatistics:
    """An array of weights: its path, its shape, and statistics of its values.

    `mean`, `deviation` (of the population, not of a sample) and the Euclidean `norm` are those of
    the values, `near_zero` is the fraction near zero. `distance` is the norm of the change since
    the start, and `change` is that relative to the norm at the start. Both are None if the start is
    not known, and `change` also if all values began at zero.
    """

    path: str
    shape: tuple[int, ...]
    trainable: bool
    mean: float
    deviation: float
    norm: float
    near_zero: float
    distance: float | None
    change: float | None

    @property
    def count(self) -> int:
        return math.prod(self.shape)

    @property
    def is_kernel(self) -> bool:
        """Whether it connects inputs with outputs; otherwise it has one value for each."""
        return len(self.shape) > 1


def statistics(
    path: str, values: np.ndarray, start: np.ndarray | None, *, trainable: bool
) -> WeightStatistics:
    """The statistics of one array; `start` is its value before the training, if known."""
    numbers = values.astype("float64").ravel()
    norm = float(np.linalg.norm(numbers))
    size = norm / math.sqrt(max(numbers.size, 1))
    near = np.abs(numbers) < NEAR * size if size else numbers == 0
    distance = change = None
    if start is not None:
        before = start.astype("float64").ravel()
        distance = float(np.linalg.norm(numbers - before))
        began = float(np.linalg.norm(before))
        change = distance / began if began else None
    return WeightStatistics(
        path=path,
        shape=tuple(values.shape),
        trainable=trainable,
        mean=float(numbers.mean()) if numbers.size else 0.0,
        deviation=float(numbers.std()) if numbers.size else 0.0,
        norm=norm,
        near_zero=float(near.mean()) if numbers.size else 0.0,
        distance=distance,
        change=change,
    )
