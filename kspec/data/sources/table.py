"""A table of boxes of four materials: data for networks that take measured values.

A row is a box that was measured and weighed, and the class is its material. The density would tell,
but it is not a column: it is the mass divided by all three sides. So the task needs a product,
which no weighted sum of the columns gives. Two columns are irrelevant. The rows do not depend on a
spec's seed, and the first n are the same however many are asked for.
"""

from __future__ import annotations

import json

import numpy as np

from kspec.data.dataset import Raw, Split
from kspec.errors import DataError
from kspec.seeds import generator
from kspec.spec.models import Input

__all__ = ["CLASS_NAMES", "COLUMNS", "TEST_SAMPLES", "TRAIN_SAMPLES", "draw", "read"]

CLASS_NAMES = ("wood", "plastic", "aluminium", "steel")
COLUMNS = ("length", "width", "height", "mass", "temperature", "hour")
"""Millimetres, grams, degrees Celsius, and the hour of the day."""

TRAIN_SAMPLES = 4000
TEST_SAMPLES = 1000

_DENSITIES = np.array([0.65, 1.2, 2.7, 7.8], dtype=np.float32)  # grams per cubic centimetre
_SPREAD = np.float32(0.15)  # of a density: two pieces of wood are not alike
_SIDES = (20.0, 60.0)
_SEED = 20_003
_BLOCK = 100


def read(*, wanted: Input, train_samples: int | None, test_samples: int | None) -> Raw:
    """Make the training and the test set. Raises DataError unless the input has shape (6,) or
    (None,), and a float dtype."""
    is_row = wanted.shape in ((len(COLUMNS),), (None,))
    if not is_row or not wanted.dtype.startswith(("float", "bfloat")):
        raise DataError(
            f"the table has the {len(COLUMNS)} columns {', '.join(COLUMNS)}, all of them measured "
            f"values, but the spec's input is {json.dumps(wanted.shape)} of {wanted.dtype}"
        )
    return Raw(
        train=draw("train", train_samples or TRAIN_SAMPLES),
        validation=None,
        test=draw("test", test_samples or TEST_SAMPLES),
        class_names=CLASS_NAMES,
        source="table",
    )


def draw(part: str, n: int) -> Split:
    """The first `n` rows of a stream, float32 (n, 6), and their classes, 0 to 3 in turn."""
    x = np.empty((n, len(COLUMNS)), dtype=np.float32)
    y = np.arange(n, dtype=np.int32) % len(CLASS_NAMES)
    for start in range(0, n, _BLOCK):
        block = _block(generator(_SEED, "table", part, start // _BLOCK))
        x[start : start + _BLOCK] = block[: n - start]
    return Split(x, y)


def _block(random: np.random.Generator) -> np.ndarray:
    """`_BLOCK` rows, float32 (_BLOCK, 6). Only + - *: the same to the last bit everywhere."""
    uniform = random.random((len(COLUMNS), _BLOCK), dtype=np.float32)
    low, high = (np.float32(side) for side in _SIDES)
    length, width, height = low + (high - low) * uniform[:3]
    density = _DENSITIES[np.arange(_BLOCK) % len(_DENSITIES)]
    density = density * (1 + _SPREAD * (2 * uniform[3] - 1))
    mass = density * length * width * height * np.float32(0.001)
    temperature = np.float32(15) + np.float32(10) * uniform[4]
    hour = np.float32(24) * uniform[5]
    return np.stack([length, width, height, mass, temperature, hour], axis=1)
