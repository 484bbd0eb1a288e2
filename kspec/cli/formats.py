"""How numbers are written for people."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["counted", "duration", "measure", "quantity", "rate", "shape"]


def measure(value: float) -> str:
    """A loss or a metric: four decimals, or three significant digits where those say nothing."""
    if value == 0 or not math.isfinite(value) or 1e-3 <= abs(value) < 1e5:
        return f"{value:.4f}"
    return f"{value:.3g}"


def rate(value: float) -> str:
    """A learning rate, without the noise of float32: 0.001, 3.162e-05."""
    return f"{value:.4g}"


def duration(seconds: float) -> str:
    """A time that somebody waited: `41 s`, `12 min`, `1 h 05 min`."""
    if round(seconds) < 60:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02} min"


def counted(count: int, noun: str) -> str:
    """`1 epoch`, `12 epochs`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def quantity(count: int) -> str:
    """A large number in thousands, millions, …: `41`, `3.02 M`, `15.5 G`."""
    value = float(count)
    for unit in ("", "k", "M", "G", "T"):
        if value < 999.5:
            return f"{value:.3g} {unit}".rstrip()
        value /= 1000
    return f"{value:.3g} P"


def shape(sizes: tuple[Any, ...]) -> str:
    """An output shape without its batch axis: `32 x 32 x 3`; an open axis is `?`.

    Several shapes stand one after the other.
    """
    if any(isinstance(size, tuple) for size in sizes):
        return ", ".join(map(shape, sizes))
    return " x ".join("?" if size is None else str(size) for size in sizes)
