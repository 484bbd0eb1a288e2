"""Restores variables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import keras
import numpy as np

__all__ = ["put_back"]


@contextmanager
def put_back(variables: Sequence[keras.Variable]) -> Iterator[None]:
    """Restore the values of `variables` at the end of the context."""
    # (On torch an array shares its memory with the variable, unless it is copied.)
    before = [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)
