"""The interface that all changes of pictures share."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "Change"]

Array = npt.NDArray[Any]


class Change(Protocol):
    """One layer: the random values for each picture, and what they do to it."""

    def draw(self, random: np.random.Generator, n: int, size: tuple[int, int]) -> Array:
        """The random values for `n` pictures of (height, width): an array with a row for each."""
        ...

    def apply(self, pictures: Array, drawn: Array) -> Array:
        """Float32 pictures (n, height, width, channels), changed by the n rows drawn for them.

        It may overwrite `pictures`.
        """
        ...
