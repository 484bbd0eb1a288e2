"""What all changes of pictures have in common."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "Change"]

Array = npt.NDArray[Any]


class Change(Protocol):
    """One layer: what is drawn for each picture, and what that does to it."""

    def draw(self, random: np.random.Generator, n: int, size: tuple[int, int]) -> Array:
        """What is drawn for `n` pictures of (height, width): an array with a row for each."""
        ...

    def apply(self, pictures: Array, drawn: Array) -> Array:
        """Float32 pictures (n, height, width, channels), changed by the n rows drawn for them.

        It may write into what it is given.
        """
        ...
