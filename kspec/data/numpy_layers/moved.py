"""Rotating, shifting, zooming and mirroring pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kspec.data.numpy_layers.affine import Fill, Interpolation, affine
from kspec.data.numpy_layers.change import Array

__all__ = ["Flip", "Rotation", "Translation", "Zoom"]

Range = tuple[float, float]


@dataclass(frozen=True)
class _Affine:
    fill: Fill
    value: float
    interpolation: Interpolation

    def apply(self, pictures: Array, drawn: Array) -> Array:
        return affine(
            pictures, drawn, fill=self.fill, value=self.value, interpolation=self.interpolation
        )


@dataclass(frozen=True)
class Rotation(_Affine):
    """`RandomRotation`: by a fraction of a full turn, about the centre."""

    turns: Range

    def draw(self, random: np.random.Generator, n: int, size: tuple[int, int]) -> Array:
        angle = random.uniform(*self.turns, n) * (2 * np.pi)
        cos, sin = np.cos(angle), np.sin(angle)
        y, x = ((side - 1) / 2 for side in size)
        rows = [cos, -sin, x - x * cos + y * sin, sin, cos, y - x * sin - y * cos]
        return np.stack(rows, axis=1).astype(np.float32)


@dataclass(frozen=True)
class Translation(_Affine):
    """`RandomTranslation`: by a fraction of the height down and of the width to the right."""

    down: Range
    right: Range

    def draw(self, random: np.random.Generator, n: int, size: tuple[int, int]) -> Array:
        down, right = (random.uniform(*each, n) for each in (self.down, self.right))
        one, nil = np.ones(n), np.zeros(n)
        rows = [one, nil, -right * size[1], nil, one, -down * size[0]]
        return np.stack(rows, axis=1).astype(np.float32)


@dataclass(frozen=True)
class Zoom(_Affine):
    """`RandomZoom`: height and width by separate factors, or both by one."""

    height: Range
    width: Range | None

    def draw(self, random: np.random.Generator, n: int, size: tuple[int, int]) -> Array:
        high = 1 + random.uniform(*self.height, n)
        wide = high if self.width is None else 1 + random.uniform(*self.width, n)
        y, x = ((side - 1) / 2 for side in size)
        nil = np.zeros(n)
        rows = [wide, nil, x * (1 - wide), nil, high, y * (1 - high)]
        return np.stack(rows, axis=1).astype(np.float32)


@dataclass(frozen=True)
class Flip:
    """`RandomFlip`: flips a picture with probability 1/2, along all `axes` (of the batch) at once.

    `AlternatingFlip` does not draw which ones; they alternate (`kspec.data.alternate`).
    """

    axes: tuple[int, ...]

    def draw(self, random: np.random.Generator, n: int, size: tuple[int, int]) -> Array:
        return random.random(n) <= 0.5

    def apply(self, pictures: Array, drawn: Array) -> Array:
        pictures[drawn] = np.flip(pictures[drawn], self.axes)
        return pictures
