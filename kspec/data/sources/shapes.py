"""Drawn figures of ten kinds: data that needs neither a network nor a file.

The pictures are the same wherever they are drawn. Pixels are computed only with + - * / sqrt min
max, which IEEE 754 defines to the last bit, and all random numbers come from Philox. The pictures
do not depend on a spec's seed either, so that runs with different seeds share their test set, and
the first n pictures are the same however many are asked for.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from kspec.data.dataset import LabelKind, Raw, Split
from kspec.data.sources.figures import FIGURES
from kspec.errors import DataError
from kspec.processors import processors
from kspec.seeds import generator

__all__ = ["CLASS_NAMES", "TEST_SAMPLES", "TRAIN_SAMPLES", "check_shape", "draw", "read"]

CLASS_NAMES = tuple(FIGURES)
TRAIN_SAMPLES = 8000
TEST_SAMPLES = 2000

_SEED = 20_000
# Pictures are drawn in blocks, each from a generator of its own: picture i is always the same.
_BLOCK = 10 * len(FIGURES)
_SMALLEST = 8
_GRID = 4  # the background's random grid: so many points along each side
_LINES = 2
_SHIFT = 0.65  # of the room beside the figure
_TILT = 0.176  # tangent of half the largest rotation: 20 degrees to either side


def read(
    *,
    shape: tuple[int | None, ...],
    train_samples: int | None,
    test_samples: int | None,
    labels: LabelKind = "classes",
) -> Raw:
    """Draw the training and the test set, at `shape` (height, width, 1 or 3 channels).

    The two come from different random streams, with the classes in turn. They are designed for
    32 pixels per side; with fewer, figures become hard to tell apart. With `labels` "masks" every
    pixel has a label: 0 for the background, and the class, counted from 1, for the figure. Raises
    DataError for a shape that is not a picture's, and for fewer training samples than classes.
    """
    size = check_shape(shape)
    if train_samples is not None and train_samples < len(FIGURES):
        raise DataError(
            f"data.train_samples is {train_samples}, but shapes has {len(FIGURES)} classes; "
            "take at least one of each"
        )
    names = ("background", *CLASS_NAMES) if labels == "masks" else CLASS_NAMES
    return Raw(
        train=draw("train", train_samples or TRAIN_SAMPLES, size, labels),
        validation=None,
        test=draw("test", test_samples or TEST_SAMPLES, size, labels),
        class_names=names,
        source="shapes",
    )


def check_shape(shape: tuple[int | None, ...], key: str = "input.shape") -> tuple[int, int, int]:
    """`shape`, if pictures can be drawn in it; otherwise DataError, naming the spec's `key`."""
    match shape:
        case (int(height), int(width), 1 | 3 as channels) if min(height, width) >= _SMALLEST:
            return height, width, channels
    raise DataError(
        "shapes are drawn as (height, width, 1 or 3 channels), both sides at least "
        f"{_SMALLEST}, but the spec's {key} is {json.dumps(shape)}"
    )


def draw(
    part: str,
    n: int,
    shape: tuple[int, int, int],
    labels: LabelKind = "classes",
    figures: Sequence[str] = CLASS_NAMES,
) -> Split:
    """The first `n` pictures of a stream, uint8 (n, *shape), and their labels, 0 to 9 in turn.

    Or their masks, uint8 (n, height, width): 1 to 10 where the figure covers at least half of the
    pixel, otherwise 0. With fewer `figures`, whose number must divide 100, the labels are indices
    into them.
    """
    x = np.empty((n, *shape), dtype=np.uint8)
    masks = np.empty((n, *shape[:2]), dtype=np.uint8)
    classes = np.arange(n, dtype=np.int32) % len(figures)

    def fill(start: int) -> None:
        here = slice(start, start + _BLOCK)
        random = generator(_SEED, "shapes", part, start // _BLOCK)
        block, coverage = _block(random, shape, figures)
        x[here] = block[: n - start]
        inside = coverage[: n - start] >= np.float32(0.5)
        masks[here] = inside * (classes[here] + 1).astype(np.uint8)[:, None, None]

    # NumPy releases the GIL while it computes, and the blocks are independent. (With more threads
    # than processors it takes longer than with one.)
    with ThreadPoolExecutor(processors()) as pool:
        list(pool.map(fill, range(0, n, _BLOCK)))
    return Split(x, masks if labels == "masks" else classes)


def _block(
    random: np.random.Generator, shape: tuple[int, int, int], figures: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """`_BLOCK` pictures, uint8 (_BLOCK, height, width, channels), and how much of each pixel the
    figure covers, float32 (_BLOCK, height, width)."""
    height, width, channels = shape
    unit = np.float32(min(height, width))
    # Pixel centres relative to the centre of the picture, in units of its shorter side.
    x = ((np.arange(width, dtype=np.float32) - np.float32(width - 1) / 2) / unit)[None, None, :]
    y = ((np.arange(height, dtype=np.float32) - np.float32(height - 1) / 2) / unit)[None, :, None]

    picture, colour = _background(random, shape)
    for _ in range(_LINES):
        _paint(picture, _line(random, x, y, unit), _uniform(random, 0, 1, channels))
    figure = _figure(random, x, y, unit, figures)
    _paint(picture, figure, _contrasting(random, colour))

    noise = random.random(picture.shape, dtype=np.float32)
    noise -= np.float32(0.5)
    noise *= _uniform(random, 0.02, 0.22)[..., None]
    picture += noise
    np.clip(picture, 0, 1, out=picture)
    picture *= np.float32(255)
    picture += np.float32(0.5)
    return picture.astype(np.uint8).transpose(0, 2, 3, 1), figure


def _uniform(random: np.random.Generator, low: float, high: float, channels: int = 1) -> np.ndarray:
    """Uniform random numbers for each picture of a block, float32 (_BLOCK, channels, 1)."""
    values = random.random((_BLOCK, channels, 1), dtype=np.float32)
    return values * np.float32(high - low) + np.float32(low)


def _direction(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A random direction for each picture, as cosine and sine, without computing either."""
    x, y = _uniform(random, -1, 1), _uniform(random, -1, 1)
    x = np.where(x == 0, np.float32(1e-3), x)
    length = np.sqrt(x * x + y * y)
    return x / length, y / length


def _background(
    random: np.random.Generator, shape: tuple[int, int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Smooth random fields (_BLOCK, channels, height, width) around a colour for each picture."""
    height, width, channels = shape
    colour = _uniform(random, 0, 1, channels)
    grid = random.random((_BLOCK, channels, _GRID, _GRID), dtype=np.float32) - np.float32(0.5)
    grid *= _uniform(random, 0.05, 0.4)[..., None]
    grid += colour[..., None]
    return _stretch(_stretch(grid, 3, width), 2, height), colour


def _stretch(grid: np.ndarray, axis: int, size: int) -> np.ndarray:
    """Linear interpolation of one axis to `size` points."""
    at = np.arange(size, dtype=np.float32) * np.float32((_GRID - 1) / (size - 1))
    left = np.minimum(at.astype(np.intp), _GRID - 2)
    rest = (at - left).astype(np.float32).reshape([-1 if k == axis else 1 for k in range(4)])
    low, result = grid.take(left, axis), grid.take(left + 1, axis)
    result -= low  # In place, as below: fresh memory takes longer than the arithmetic.
    result *= rest
    result += low
    return result


def _line(
    random: np.random.Generator, x: np.ndarray, y: np.ndarray, unit: np.float32
) -> np.ndarray:
    """A thin straight line across each whole picture, as a distractor; coverage as in `_figure`."""
    cos, sin = _direction(random)
    offset = _uniform(random, -0.5, 0.5)
    half = _uniform(random, 0.3, 0.6)
    return _coverage(np.abs(x * cos + y * sin - offset) * unit - half)


def _figure(
    random: np.random.Generator,
    x: np.ndarray,
    y: np.ndarray,
    unit: np.float32,
    figures: Sequence[str],
) -> np.ndarray:
    """How much of each pixel the figure covers, float32 (_BLOCK, height, width), 0 to 1."""
    size = _uniform(random, 0.3, 0.44)
    room_x, room_y = np.abs(x).max() - size * 0.9, np.abs(y).max() - size * 0.9
    x = (x - room_x * _uniform(random, -_SHIFT, _SHIFT)) / size
    y = (y - room_y * _uniform(random, -_SHIFT, _SHIFT)) / size
    # The tangent of the half-angle gives both without computing a sine.
    tilt = _uniform(random, -_TILT, _TILT)
    whole = 1 + tilt * tilt
    cos, sin = (1 - tilt * tilt) / whole, 2 * tilt / whole
    u, v = x * cos + y * sin, y * cos - x * sin
    distance = np.empty_like(u)
    for label, name in enumerate(figures):
        own = slice(label, None, len(figures))
        distance[own] = FIGURES[name](u[own], v[own])
    return _coverage(distance * (size * unit))


def _coverage(distance: np.ndarray) -> np.ndarray:
    """How much of a pixel is inside, by its distance to the edge in pixels, negative inside."""
    return np.clip(np.float32(0.5) - distance, 0, 1)


def _paint(picture: np.ndarray, coverage: np.ndarray, colour: np.ndarray) -> None:
    """Blend a colour (_BLOCK, channels, 1) into the picture by the coverage."""
    change = colour[..., None] - picture
    change *= coverage[:, None]
    picture += change


def _contrasting(random: np.random.Generator, colour: np.ndarray) -> np.ndarray:
    """A second colour for each picture; one too close to the first is moved half the range away."""
    other = _uniform(random, 0, 1, colour.shape[1])
    near = np.abs(other - colour).max(axis=1, keepdims=True) < np.float32(0.5)
    away = np.where(colour < 0.5, colour + np.float32(0.5), colour - np.float32(0.5))
    return np.where(near, away, other)
