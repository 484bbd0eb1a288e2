"""How finely a lowered Dropout draws, the same on every backend."""

from __future__ import annotations

__all__ = ["drawable", "kept_of"]

GRAIN = 2**16
"""A mask is made of 16 random bits an element."""


def kept_of(rate: float) -> int:
    """In how many of `GRAIN` cases an element is kept."""
    return round((1 - rate) * GRAIN)


def drawable(rate: float) -> bool:
    """Whether some are dropped and some are kept: a rate may be too small, or too near to 1."""
    return 0 < kept_of(rate) < GRAIN
