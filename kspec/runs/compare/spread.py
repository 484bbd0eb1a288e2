"""The spread of a few measurements of one quantity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kspec.runs.compare.student import quantile

__all__ = ["LEVEL", "Spread", "spread"]

LEVEL = 0.95


@dataclass(frozen=True)
class Spread:
    """The mean of `count` values, their standard deviation (n - 1), and the 95 % confidence
    interval of the mean, for normally distributed values (Student's t). A single value has only a
    mean.
    """

    count: int
    mean: float
    deviation: float | None = None
    low: float | None = None
    high: float | None = None


def spread(values: Sequence[float]) -> Spread:
    """The spread of one or more values; only the mean if one of them is not finite."""
    count = len(values)
    if count == 1 or not all(map(math.isfinite, values)):
        return Spread(count, sum(values) / count)
    mean = math.fsum(values) / count
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (count - 1))
    reach = quantile((1 + LEVEL) / 2, count - 1) * deviation / math.sqrt(count)
    return Spread(count, mean, deviation, mean - reach, mean + reach)
