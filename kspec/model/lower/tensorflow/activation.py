"""GELU computing the error function only once for itself and its gradient, for TensorFlow."""

from __future__ import annotations

import math
from typing import Any

import keras
import tensorflow as tf

from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["Activation"]


@stands_for(keras.layers.Activation)
class Activation(StandIn, keras.layers.Activation):  # type: ignore[misc]
    """For "gelu", x Φ(x), with the gradient Φ(x) + x φ(x), which TensorFlow would otherwise derive
    operation by operation."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return layer.activation is keras.activations.gelu

    def call(self, inputs: Any) -> Any:
        return _gelu(tf.convert_to_tensor(inputs))


@tf.custom_gradient  # type: ignore[untyped-decorator]
def _gelu(x: tf.Tensor) -> Any:
    below = 0.5 + 0.5 * tf.math.erf(x * math.sqrt(0.5))

    def back(gradient: tf.Tensor) -> tf.Tensor:
        return gradient * (below + x * tf.exp(x * x * -0.5) * (1 / math.sqrt(2 * math.pi)))

    return x * below, back
