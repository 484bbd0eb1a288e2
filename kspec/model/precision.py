"""What the layers of a network compute in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras

__all__ = ["OUTPUT", "computing_in"]

OUTPUT = "float32"
"""What the last layers compute in, whatever the others do: a softmax of 16 bits, and the loss of
it, would be too coarse (https://keras.io/api/mixed_precision/)."""


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Layers made within it that name no `dtype` compute in `precision`, a policy of Keras."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
