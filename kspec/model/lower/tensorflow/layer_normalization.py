"""Layer normalization with a custom gradient, for TensorFlow."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["LayerNormalization"]


@stands_for(keras.layers.LayerNormalization)
class LayerNormalization(StandIn, keras.layers.LayerNormalization):  # type: ignore[misc]
    """Over the last axis. The gradient needs the normalized values and two means of products, while
    TensorFlow would differentiate each of Keras's operations."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return list(layer.axis) == [-1] and not layer.rms_scaling

    def call(self, inputs: Any) -> Any:
        dtype = keras.backend.result_type(inputs.dtype, "float32")
        y = _normalize(tf.cast(inputs, dtype), self.epsilon)
        if self.gamma is not None:
            y = y * tf.cast(self.gamma, dtype)
        if self.beta is not None:
            y = y + tf.cast(self.beta, dtype)
        return tf.cast(tf.cast(y, inputs.dtype), self.compute_dtype)


def _normalize(x: tf.Tensor, epsilon: float) -> tf.Tensor:
    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def normalize(x: tf.Tensor) -> Any:
        centred = x - _mean(x)
        inverse = tf.math.rsqrt(_mean(centred * centred) + epsilon)
        y = centred * inverse

        def back(gradient: tf.Tensor) -> tf.Tensor:
            return inverse * (gradient - _mean(gradient) - y * _mean(gradient * y))

        return y, back

    return normalize(x)


def _mean(x: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(x, -1, keepdims=True)
