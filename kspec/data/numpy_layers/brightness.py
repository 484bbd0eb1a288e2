"""Making pictures brighter or darker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kspec.data.numpy_layers.change import Array

__all__ = ["Brighter", "Multiplied"]

Range = tuple[float, float]


@dataclass(frozen=True)
class Brighter:
    """`RandomBrightness`: adds a fraction of the range of values to every pixel."""

    factor: Range
    values: Range

    def draw(self, random: np.random.Generator, n: int, size: tuple[int, int]) -> Array:
        low, high = self.values
        return (random.uniform(*self.factor, n) * (high - low)).astype(np.float32)

    def apply(self, pictures: Array, drawn: Array) -> Array:
        pictures += drawn[:, None, None, None]
        return np.clip(pictures, *self.values, out=pictures)


@dataclass(frozen=True)
class Multiplied:
    """`RandomBrightnessFactor`: multiplies every pixel by one factor."""

    factor: Range
    values: Range

    def draw(self, random: np.random.Generator, n: int, size: tuple[int, int]) -> Array:
        return random.uniform(*self.factor, n).astype(np.float32)

    def apply(self, pictures: Array, drawn: Array) -> Array:
        pictures *= drawn[:, None, None, None]
        return np.clip(pictures, *self.values, out=pictures)
