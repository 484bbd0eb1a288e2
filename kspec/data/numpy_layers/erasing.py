"""Erasing a part of pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kspec.data.numpy_layers.change import Array

__all__ = ["Erasing"]

Range = tuple[float, float]


@dataclass(frozen=True)
class Erasing:
    """`RandomErasing` with a constant, or one for each channel.

    Each side of the box is the square root of a random share, times the picture's side. The
    probability of erasing is itself drawn, for each picture.
    """

    probability: Range
    shares: Range
    value: float | tuple[float, ...]
    values: Range

    def draw(self, random: np.random.Generator, n: int, size: tuple[int, int]) -> Array:
        sides = np.sqrt(random.uniform(*self.shares, (n, 2))) * size
        starts = random.uniform(size=(n, 2)) * (np.asarray(size) - sides)
        spared = random.uniform(size=n) >= random.uniform(*self.probability, n)
        sides[spared] = 0
        return np.concatenate([starts, starts + sides], axis=1).astype(np.float32)

    def apply(self, pictures: Array, drawn: Array) -> Array:
        value = np.clip(np.asarray(self.value, np.float32), *self.values)
        # The pixels at integer positions from the start up to, but not including, the end. A share
        # above 1 gives a box that begins outside the picture.
        boxes = np.ceil(np.maximum(drawn, 0)).astype(int)
        for picture, (top, left, bottom, right) in zip(pictures, boxes, strict=True):
            picture[top:bottom, left:right] = value
        return pictures
