"""The precision that the layers of a network compute in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras

__all__ = ["computing_in"]


@contextmanager
def computing_in(precision: str) -> Iterator[None]:
    """Layers created in the context without a `dtype` compute in `precision`, a Keras policy."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
