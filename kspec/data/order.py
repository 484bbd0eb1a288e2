"""The order of the training samples, drawn anew for every epoch."""

from __future__ import annotations

import numpy as np

from kspec.seeds import generator

__all__ = ["order"]


def order(seed: int, epoch: int, n: int) -> np.ndarray:
    """A permutation of 0..n-1, int64 (n,), that depends on nothing but its arguments."""
    return generator(seed, "order", epoch).permutation(n)
