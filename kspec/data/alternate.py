"""Which samples are mirrored when each is to be seen both ways in turn."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from kspec.data.order import Drawn
from kspec.seeds import generator

__all__ = ["alternate"]


def alternate(seed: int, position: int, drawn: Drawn) -> np.ndarray:
    """Whether each of the samples is mirrored, bool (n,).

    A half of all samples is in even passes, the other half in odd ones, so in two passes on end
    each is once. The half depends on `seed` and `position` alone, where in the list the layer is.
    """
    first = _half(seed, position, drawn.n)[drawn.places]
    return np.asarray(first ^ (drawn.passes % 2 == 1))


@lru_cache(maxsize=4)  # It is asked for with every batch.
def _half(seed: int, position: int, n: int) -> np.ndarray:
    drawn = generator(seed, "augmentation", "alternate", position).permutation(n)
    return np.asarray(drawn < n // 2)
