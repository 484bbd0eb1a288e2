"""The order of the training samples, drawn anew for every pass over them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kspec.seeds import generator

__all__ = ["Drawn", "Passes", "order"]


class Drawn(NamedTuple):
    """Which samples these are: their indices among `n`, and the number of the pass of each.

    Both are int64 arrays of the same length; passes count from the beginning of the training.
    """

    places: np.ndarray
    passes: np.ndarray
    n: int


def order(seed: int, number: int, n: int) -> np.ndarray:
    """The order of pass `number` (from 0): a permutation of 0..n-1, int64 (n,).

    It depends only on the arguments.
    """
    return generator(seed, "order", number).permutation(n)


class Passes:
    """The indices of `n` samples, pass after pass without end, each pass in its own order.

    No sample comes twice before all have come once.
    """

    def __init__(self, seed: int, n: int) -> None:
        self.seed = seed
        self.n = n
        self._drawn: dict[int, np.ndarray] = {}

    def drawn(self, start: int, stop: int) -> Drawn:
        """The samples from position `start` up to `stop`; pass k begins at position k * n."""
        return Drawn(self.places(start, stop), np.arange(start, stop) // self.n, self.n)

    def places(self, start: int, stop: int) -> np.ndarray:
        """The indices from position `start` up to `stop`, int64; pass k begins at k * n."""
        numbers = range(start // self.n, -(-stop // self.n))
        self._drawn = {number: self._order(number) for number in numbers}
        return np.concatenate(
            [
                drawn[max(start - number * self.n, 0) : stop - number * self.n]
                for number, drawn in self._drawn.items()
            ]
        )

    def _order(self, number: int) -> np.ndarray:
        drawn = self._drawn.get(number)
        return order(self.seed, number, self.n) if drawn is None else drawn
