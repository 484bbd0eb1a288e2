"""What can be said of the weights of a network in a few numbers each."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

__all__ = ["NEAR", "WeightStatistics", "statistics"]

NEAR = 0.01
"""Near zero is a weight below this share of the root mean square of all in its array."""


@dataclass(frozen=True)
class WeightStatistics:
    """An array of weights: where it stands, its shape, and what its values are like.

    `mean` and `deviation` (of the whole, not of a sample) and the Euclidean `norm` are those of its
    values, `near_zero` the share of them that is. `distance` is the norm of what has changed since
    the start, `change` that as a share of the norm at the start: None where that is not known, and
    `change` also where all began at zero.
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
        """Whether it connects what comes in with what goes out, rather than one value for each."""
        return len(self.shape) > 1


def statistics(
    path: str, values: np.ndarray, start: np.ndarray | None, *, trainable: bool
) -> WeightStatistics:
    """The numbers of one array; `start` is what it was before the training, if that is known."""
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
