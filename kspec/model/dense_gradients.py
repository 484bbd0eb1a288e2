"""Turns the gradients that TensorFlow returns for single rows of an Embedding into dense ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

__all__ = ["take_dense_gradients"]


def take_dense_gradients(optimizer: keras.Optimizer) -> None:
    """Let the optimizer add up the gradients for each row of an Embedding before it uses them.

    For a row that is looked up twice in a batch TensorFlow returns two gradients, and Keras's
    optimizers square each of them: Adam, RMSprop and all others that divide by the root mean square
    make another step than on the other backends. On those nothing is done.
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
