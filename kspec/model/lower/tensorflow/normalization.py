"""Batch normalization in one kernel, for TensorFlow."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from kspec.model.lower.stand_in import StandIn, stands_for
from kspec.model.lower.tensorflow.device import on_processor

__all__ = ["BatchNormalization"]


@stands_for(keras.layers.BatchNormalization)
class BatchNormalization(StandIn, keras.layers.BatchNormalization):  # type: ignore[misc]
    """`fused_batch_norm` returns the unbiased variance; the moving variance remains that of the
    batch (biased), as in Keras."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return (
            not layer.renorm
            and not layer.synchronized
            and layer.variable_dtype == "float32"
            and layer.axis in (-1, layer.input_spec.ndim - 1)
            and layer.input_spec.ndim in (2, 4)
            and layer.epsilon > 1e-5  # The kernel accepts no less.
        )

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        # Inputs may have another dtype than the outputs within TimeDistributed.
        known = inputs.dtype in (tf.float32, tf.bfloat16) and inputs.dtype == self.compute_dtype
        if mask is not None or not known:
            return super().call(inputs, training=training, mask=mask)
        learns = bool(training and self.trainable)
        # On a GPU the kernel for stored statistics has no deterministic gradient.
        if not learns and not on_processor():
            return super().call(inputs, training=training)
        x = inputs if inputs.shape.rank == 4 else inputs[:, None, None, :]
        channels = x.shape[-1]
        ones, zeros = tf.ones([channels]), tf.zeros([channels])
        y, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            x,
            ones if self.gamma is None else self.gamma,
            zeros if self.beta is None else self.beta,
            mean=None if learns else self.moving_mean,
            variance=None if learns else self.moving_variance,
            epsilon=self.epsilon,
            is_training=learns,
        )
        if learns:
            count = tf.cast(tf.reduce_prod(tf.shape(x)[:-1]), variance.dtype)
            biased = variance * ((count - 1) / count)
            keep = self.momentum
            self.moving_mean.assign(self.moving_mean * keep + mean * (1 - keep))
            self.moving_variance.assign(self.moving_variance * keep + biased * (1 - keep))
        return y if inputs.shape.rank == 4 else y[:, 0, 0, :]
