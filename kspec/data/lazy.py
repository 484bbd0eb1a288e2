"""Samples that are read on demand, because not all of them fit into memory."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

__all__ = ["Lazy", "parts", "rows", "with_channel"]

# How much is read at once when iterating over all samples.
_PART_BYTES = 2**26


class Lazy:
    """Samples (n, \\*shape) of one `dtype`, which `read` returns for given indices.

    It can be indexed like a NumPy array along its first axis, and reads only those rows. Code that
    handles samples can use it in place of the array.
    """

    def __init__(
        self,
        read: Callable[[np.ndarray], np.ndarray],
        places: np.ndarray,
        shape: tuple[int, ...],
        dtype: Any,
    ) -> None:
        self._read = read
        self._places = places
        self.shape = (len(places), *shape)
        self.dtype = np.dtype(dtype)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, chosen: Any) -> np.ndarray:
        places = self._places[chosen]
        if np.ndim(places) == 0:
            (only,) = self._read(places[np.newaxis])
            return np.asarray(only)
        return self._read(places)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """All samples, in memory."""
        return self[:] if dtype is None else self[:].astype(dtype)

    def rows(self, indices: np.ndarray) -> Lazy:
        """The samples at these indices, in this order, not read yet."""
        return Lazy(self._read, self._places[indices], self.shape[1:], self.dtype)


def with_channel(samples: Any) -> Any:
    """Pictures without a channel axis as pictures with one channel."""
    if not isinstance(samples, Lazy):
        return samples[..., np.newaxis]
    places = np.arange(len(samples))
    return Lazy(
        lambda chosen: samples[chosen][..., np.newaxis],
        places,
        (*samples.shape[1:], 1),
        samples.dtype,
    )


def rows(samples: Any, indices: np.ndarray) -> Any:
    """`samples[indices]`, still lazy if `samples` is."""
    return samples.rows(indices) if isinstance(samples, Lazy) else samples[indices]


def parts(samples: Any) -> Iterator[np.ndarray]:
    """All samples in order: an array in one piece, lazy ones in arrays of bounded size."""
    if not isinstance(samples, Lazy):
        yield samples
        return
    size = math.prod(samples.shape[1:]) * samples.dtype.itemsize
    count = max(1, _PART_BYTES // max(1, size))
    for start in range(0, len(samples), count):
        yield samples[start : start + count]
