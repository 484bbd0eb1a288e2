"""Two drawn figures side by side: are they of the same kind? Data for a network of two inputs.

The pictures are drawn as in `kspec.data.sources.shapes`, with the same guarantees, but of only four
kinds (`KINDS`): "the same or not" says less about a picture than its class does, and with all ten a
small network memorizes the pairs before it learns the kinds. Each picture is in one pair only.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kspec.data.dataset import Raw, Split
from kspec.data.sources import shapes
from kspec.errors import DataError
from kspec.seeds import generator
from kspec.spec.models import Input

__all__ = ["CLASS_NAMES", "KINDS", "TEST_SAMPLES", "TRAIN_SAMPLES", "draw", "read"]

CLASS_NAMES = ("different", "same")
KINDS = ("triangle", "cross", "ring", "arrow")
TRAIN_SAMPLES = 8000
TEST_SAMPLES = 2000

_SEED = 20_001


def read(
    *, inputs: Mapping[str, Input], train_samples: int | None, test_samples: int | None
) -> Raw:
    """Draw the training and the test set for two inputs, whatever they are called.

    Raises DataError unless `inputs` are two pictures of one size.
    """
    sizes = {name: shapes.check_shape(each.shape, f"inputs.{name}.shape") for name, each in
             inputs.items()}  # fmt: skip
    if len(sizes) != 2 or len(set(sizes.values())) != 1:
        found = ", ".join(f"{name} {list(size)}" for name, size in sizes.items())
        raise DataError(
            'the data source "pairs" gives two pictures of one size; the spec\'s "inputs" must be '
            f"two of one shape, but they are {found}"
        )
    left, right = inputs
    size = sizes[left]
    return Raw(
        train=draw("train", train_samples or TRAIN_SAMPLES, size, (left, right)),
        validation=None,
        test=draw("test", test_samples or TEST_SAMPLES, size, (left, right)),
        class_names=CLASS_NAMES,
        source="pairs",
    )


def draw(part: str, n: int, shape: tuple[int, int, int], names: tuple[str, str]) -> Split:
    """The first `n` pairs of a stream, two of uint8 (n, *shape), and their labels: 1 for the same.

    Each group of four pairs has every kind once on the left and once on the right, and two pairs of
    the same kind.
    """
    size = len(KINDS)
    whole = -(-n // size) * size
    left = shapes.draw(f"{part} pairs, left", n, shape, figures=KINDS)
    right = shapes.draw(f"{part} pairs, right", whole, shape, figures=KINDS)
    partners = np.concatenate([_partners(part, start) for start in range(0, whole, size)])[:n]
    x = {names[0]: np.asarray(left.x), names[1]: np.asarray(right.x)[partners]}
    return Split(x, (right.y[partners] == left.y).astype(np.int32))


def _partners(part: str, start: int) -> np.ndarray:
    """Indices of the right pictures for the left ones from `start` on, one of each kind."""
    random = generator(_SEED, "pairs", part, start)
    partners = np.arange(start, start + len(KINDS))
    different = random.permutation(len(KINDS))[: len(KINDS) // 2]
    # Rotated by one, so that each gets the partner of another.
    partners[different] = partners[np.roll(different, 1)]
    return partners
