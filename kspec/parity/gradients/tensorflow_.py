"""Gradients on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

__all__ = ["gradients"]


def gradients(
    function: Callable[[list[Any]], Any], tensors: list[Any], variables: list[Any]
) -> tuple[list[Any], list[Any]]:
    """See `kspec.parity.gradients`."""
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        result = function(tensors)
    found = tape.gradient(
        result,
        (tensors, [variable.value for variable in variables]),
        unconnected_gradients=tf.UnconnectedGradients.ZERO,
    )
    # For an Embedding the gradient has only the rows that were looked up.
    of_tensors, of_variables = ([tf.convert_to_tensor(each) for each in part] for part in found)
    return of_tensors, of_variables
