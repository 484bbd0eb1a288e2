"""Checks beforehand whether the weights of a network fit into the memory of this machine."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras

from kspec.machine_memory import installed
from kspec.sizes import byte_size

__all__ = ["TooLargeError", "bytes_of", "weights_within_memory"]


class TooLargeError(ValueError):
    """Weights that do not fit into this machine's memory."""


@contextmanager
def weights_within_memory() -> Iterator[None]:
    """Raise TooLargeError before a weight is allocated that would not fit beside the others.

    Otherwise after a slip such as `"units": 1000000000000` the operating system would end this
    process, and possibly others. Not thread-safe.
    """
    limit, taken = installed(), 0
    original = keras.Layer.add_weight

    def add_weight(self: keras.Layer, *args: Any, **kwargs: Any) -> keras.Variable:
        nonlocal taken
        shape = kwargs.get("shape", args[0] if args else ()) or ()
        dtype = kwargs.get("dtype", args[2] if len(args) > 2 else None) or self.variable_dtype
        sizes = (shape,) if isinstance(shape, int) else shape
        taken += bytes_of(sizes, keras.backend.standardize_dtype(dtype))
        if taken > limit:
            raise TooLargeError(
                f"the weights up to here take {byte_size(taken)}; "
                f"this machine has {byte_size(limit)} of memory"
            )
        return original(self, *args, **kwargs)

    keras.Layer.add_weight = add_weight
    try:
        yield
    finally:
        keras.Layer.add_weight = original


def bytes_of(shape: tuple[int, ...], dtype: str) -> int:
    """The size of an array of `shape`, in bytes."""
    # The digits in Keras's dtype names are bits; bool has none.
    bits = re.search(r"[0-9]+", dtype)
    return math.prod(shape) * (int(bits.group()) // 8 if bits else 1)
