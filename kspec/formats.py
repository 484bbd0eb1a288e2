"""Formats of numbers for people, wherever they are shown."""

from __future__ import annotations

import math

__all__ = ["counted", "duration", "measure"]


def measure(value: float) -> str:
    """A loss or metric: four decimals, or three significant digits if those would not do."""
    if value == 0 or not math.isfinite(value) or 1e-3 <= abs(value) < 1e5:
        return f"{value:.4f}"
    return f"{value:.3g}"


def duration(seconds: float) -> str:
    """A duration: `41 s`, `12 min`, `1 h 05 min`."""
    if round(seconds) < 60:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02} min"


def counted(count: int, noun: str) -> str:
    """`1 epoch`, `12 epochs`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
