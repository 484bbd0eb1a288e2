"""Gradients of an Embedding that TensorFlow gives row by row, as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

__all__ = ["take_dense_gradients"]


def take_dense_gradients(optimizer: keras.Optimizer) -> None:
    """Have the optimizer add up what belongs to one row of an Embedding before it uses it.

    For a row that is looked up twice in a batch TensorFlow gives two gradients, and Keras's
    optimizers square each for itself: Adam, RMSprop and all that divide by the mean of the squares
    make another step than on the other backends. Nothing is done on those.
    """
    if keras.backend.backend() != "tensorflow":
        return
    import tensorflow as tf

    original = optimizer.apply

    def apply(grads: Sequence[Any], trainable_variables: Sequence[Any] | None = None) -> Any:
        dense = [
            tf.convert_to_tensor(each) if isinstance(each, tf.IndexedSlices) else each
            for each in grads
        ]
        return original(dense, trainable_variables)

    optimizer.apply = apply
