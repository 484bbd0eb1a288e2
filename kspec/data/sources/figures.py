"""Ten figures as signed distance fields.

Each takes coordinates (u, v), in which the figure has a radius of about 1, and returns the
approximate distance to its edge, negative inside. All are made of half-planes, discs, and their
unions (min) and intersections (max).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce

import numpy as np

__all__ = ["FIGURES"]


def _union(*fields: np.ndarray) -> np.ndarray:
    """The union: inside any of them."""
    result: np.ndarray = reduce(np.minimum, fields)
    return result


def _cut(*fields: np.ndarray) -> np.ndarray:
    """The intersection: inside all of them."""
    result: np.ndarray = reduce(np.maximum, fields)
    return result


def _disc(
    u: np.ndarray, v: np.ndarray, radius: float, at: tuple[float, float] = (0, 0)
) -> np.ndarray:
    x, y = u - np.float32(at[0]), v - np.float32(at[1])
    result: np.ndarray = np.sqrt(x * x + y * y) - np.float32(radius)
    return result


def _box(
    u: np.ndarray, v: np.ndarray, width: float, height: float, at: tuple[float, float] = (0, 0)
) -> np.ndarray:
    """A rectangle, given by half its width and half its height."""
    x, y = np.abs(u - np.float32(at[0])), np.abs(v - np.float32(at[1]))
    result: np.ndarray = np.maximum(x - np.float32(width), y - np.float32(height))
    return result


def _half_planes(u: np.ndarray, v: np.ndarray, sides: int, reach: float) -> list[np.ndarray]:
    """The half-planes of a regular polygon whose sides are at distance `reach` from the centre."""
    turns = [2 * math.pi * side / sides for side in range(sides)]
    return [
        u * np.float32(math.cos(turn)) + v * np.float32(math.sin(turn)) - np.float32(reach)
        for turn in turns
    ]


def circle(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return _disc(u, v, 0.85)


def square(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return _box(u, v, 0.75, 0.75)


def triangle(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    first, second, third = _half_planes(v, u, 3, 0.55)
    return _cut(first, second, third)


def star(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """A five-pointed star: all points that lie outside at most one of five half-planes."""
    largest, *rest = _half_planes(v, u, 5, 0.36)
    second = np.full_like(largest, -np.inf)
    for plane in rest:
        second = _cut(second, _union(largest, plane))
        largest = _cut(largest, plane)
    return second


def cross(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return _union(_box(u, v, 0.95, 0.28), _box(u, v, 0.28, 0.95))


def ring(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return _cut(_disc(u, v, 0.95), -_disc(u, v, 0.55))


def heart(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """A square with a half disc on each of two adjacent sides."""
    half = np.float32(math.sqrt(0.5))
    u, v = (u - v) * half, (-u - v) * half
    lobes = _union(_disc(u, v, 0.52, (0.4, -0.12)), _disc(u, v, 0.52, (-0.12, 0.4)))
    return _union(_box(u, v, 0.52, 0.52, (-0.12, -0.12)), lobes)


def arrow(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    side = np.float32(math.sqrt(0.5))
    head = _cut((u + np.abs(v) - np.float32(0.95)) * side, np.float32(0.15) - u)
    return _union(head, _box(u, v, 0.6, 0.22, (-0.4, 0)))


def crescent(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return _cut(_disc(u, v, 0.9, (0.1, 0)), -_disc(u, v, 0.75, (0.5, 0)))


def semicircle(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    return _cut(_disc(u, v, 1, (0, 0.45)), v - np.float32(0.45))


FIGURES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    figure.__name__: figure
    for figure in (
        circle, square, triangle, star, cross, ring, heart, arrow, crescent, semicircle,
    )
}  # fmt: skip
