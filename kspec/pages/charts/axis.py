"""Axes: the positions of values, and the round values for grid lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Axis", "axis_of", "linear_axis", "ticks", "whole_ticks"]

# From this ratio on, a linear axis would show only the largest value.
LOGARITHMIC_FROM = 1000.0
ROUND = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Axis:
    """Values from `low` to `high` on a line from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """The position of `value`."""
        low, high = self.low, self.high
        if self.logarithmic:
            low, high, value = math.log(low), math.log(high), math.log(value)
        return self.start + (value - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """The values to label, within the axis."""
        if not self.logarithmic:
            return ticks(self.low, self.high)
        powers = range(math.ceil(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
        step = math.ceil(len(powers) / 6) or 1
        return [10.0**power for power in powers[::step]] or [self.low, self.high]


def axis_of(values: Sequence[float], start: float, end: float) -> Axis:
    """An axis for all finite `values`, with some room around them.

    It is logarithmic if they are positive and differ by orders of magnitude.
    """
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if low > 0 and high / low >= LOGARITHMIC_FROM:
        return Axis(low / 1.3, high * 1.3, start, end, logarithmic=True)
    return linear_axis(values, start, end)


def linear_axis(values: Sequence[float], start: float, end: float) -> Axis:
    """A linear axis for all finite `values`, with some room around them."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    # A quantity that is never negative needs no room below zero.
    bottom = max(low - room, 0.0) if low >= 0 else low - room
    return Axis(bottom, high + room, start, end)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round, evenly spaced values from `low` to `high`, approximately `about` of them."""
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in ROUND if each * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    digits = max(12, 2 - math.floor(math.log10(step)))
    return [round(count * step, digits) for count in range(first, last + 1)]


def whole_ticks(low: float, high: float, about: int = 6) -> list[int]:
    """Round integers from `low` to `high`."""
    if high - low < about:
        return list(range(math.ceil(low), math.floor(high) + 1))
    return [int(value) for value in ticks(low, high, about) if value == int(value)]
