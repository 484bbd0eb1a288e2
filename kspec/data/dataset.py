"""The data of a source: samples and labels, in up to three splits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kspec.data.lazy import rows
from kspec.data.samples import Samples, on_each

__all__ = ["Dataset", "LabelKind", "Raw", "Split"]

LabelKind = Literal["classes", "masks", "numbers"]
"""What is to be learned of a sample: its class, a class for each of its pixels, or numbers."""


@dataclass(frozen=True)
class Split:
    """Samples and their labels.

    `x` is (n, *input shape), or a dictionary with such an array for each input: uint8 or float32 as
    the source gave it, neither scaled nor standardized, or whole numbers of the input's own dtype.
    A `kspec.data.lazy.Lazy` stands in for an array that does not fit into memory.
    `y` depends on the kind of the labels:

    - classes: (n,), int32, class numbers from 0;
    - masks: (n, height, width), uint8 or int32, a class number for each pixel;
    - numbers: (n, k), float32.
    """

    x: Samples
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.y)

    def take(self, indices: np.ndarray) -> Split:
        """The samples at these indices, in this order."""
        return Split(on_each(self.x, lambda array: array[indices]), self.y[indices])

    def part(self, indices: np.ndarray) -> Split:
        """Like `take`, but lazy samples are not read yet."""
        return Split(on_each(self.x, lambda array: rows(array, indices)), self.y[indices])


@dataclass(frozen=True)
class Raw:
    """All data of a source; `validation` and `test` only if the source has them.

    `source` says in a few words where the data is from. `class_names` is empty if the labels are
    numbers.
    """

    train: Split
    validation: Split | None
    test: Split | None
    class_names: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Dataset:
    """The data of one experiment, ready to be put into batches.

    `fingerprint` is the SHA-256 (hex) of the class names and of every split's samples and labels
    in order: two runs with the same fingerprint saw the same data. `origin` is the fingerprint of
    the source's training set before anything was drawn from it, so it does not depend on the seed.
    """

    train: Split
    validation: Split | None
    test: Split | None
    class_names: tuple[str, ...]
    source: str
    fingerprint: str
    labels: LabelKind = "classes"
    origin: str | None = None
