"""Variables as they were before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import keras
import numpy as np

__all__ = ["put_back"]


@contextmanager
def put_back(variables: Sequence[keras.Variable]) -> Iterator[None]:
    """What is done within it to the values of `variables` is taken back."""
    # (On torch an array shares its memory with the variable, unless it is copied.)
    before = [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)
