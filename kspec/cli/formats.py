"""Formats of numbers for the terminal only; the others are in `kspec.formats`."""

from __future__ import annotations

from typing import Any

__all__ = ["quantity", "rate", "shape"]


def rate(value: float) -> str:
    """A learning rate, without the noise of float32: 0.001, 3.162e-05."""
    return f"{value:.4g}"


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

    Several shapes are listed one after the other.
    """
    if any(isinstance(size, tuple) for size in sizes):
        return ", ".join(map(shape, sizes))
    return " x ".join("?" if size is None else str(size) for size in sizes)
