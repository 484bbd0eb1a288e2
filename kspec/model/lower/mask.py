"""The resolution of a lowered Dropout's probabilities, the same on every backend."""

from __future__ import annotations

__all__ = ["drawable", "kept_of"]

GRAIN = 2**16
"""A mask is made from 16 random bits per element."""


def kept_of(rate: float) -> int:
    """In how many of `GRAIN` cases an element is kept."""
    return round((1 - rate) * GRAIN)


def drawable(rate: float) -> bool:
    """Whether some are dropped and some are kept: a rate may be too close to 0 or 1 for that."""
    return 0 < kept_of(rate) < GRAIN
