"""Which samples are mirrored when each is to be seen both ways alternately."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from kspec.data.order import Drawn
from kspec.seeds import generator

__all__ = ["alternate"]


def alternate(seed: int, position: int, drawn: Drawn) -> np.ndarray:
    """Whether each of the samples is mirrored, bool (n,).

    One half of all samples is mirrored in even passes and the other half in odd ones, so each is
    mirrored once in two consecutive passes. The halves depend only on `seed` and on `position`, the
    layer's place in the list.
    """
    first = _half(seed, position, drawn.n)[drawn.places]
    return np.asarray(first ^ (drawn.passes % 2 == 1))


@lru_cache(maxsize=4)  # It is needed for every batch.
def _half(seed: int, position: int, n: int) -> np.ndarray:
    drawn = generator(seed, "augmentation", "alternate", position).permutation(n)
    return np.asarray(drawn < n // 2)
