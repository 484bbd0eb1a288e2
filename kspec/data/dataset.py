"""What a source gives: pictures and labels, in up to three splits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Dataset", "Raw", "Split"]


@dataclass(frozen=True)
class Split:
    """Samples and their labels.

    `x` is (n, *input shape), uint8 or float32, as the source gave it: neither scaled nor
    standardized. `y` is (n,), int32, class numbers from 0.
    """

    x: np.ndarray
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.x)

    def take(self, indices: np.ndarray) -> Split:
        """The samples at these places, in this order."""
        return Split(self.x[indices], self.y[indices])


@dataclass(frozen=True)
class Raw:
    """A source before anything is chosen from it; `validation` and `test` only if it brings them.

    `source` says in a few words where it is from.
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
    in their order: two runs with the same fingerprint saw the same data.
    """

    train: Split
    validation: Split | None
    test: Split | None
    class_names: tuple[str, ...]
    source: str
    fingerprint: str
