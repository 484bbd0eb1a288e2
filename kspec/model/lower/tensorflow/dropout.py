"""Dropout that draws its mask in a third of the time, for TensorFlow on a CPU."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras.src.random.seed_generator import draw_seed

from kspec.model.lower.mask import drawable, kept_of
from kspec.model.lower.stand_in import StandIn, stands_for
from kspec.model.lower.tensorflow.device import on_processor

__all__ = ["Dropout"]


@stands_for(keras.layers.Dropout)
class Dropout(StandIn, keras.layers.Dropout):  # type: ignore[misc]
    """The mask comes from 16 bits per element of TensorFlow's stateless generator, where Keras
    first makes 32-bit floats.

    An element is kept with the probability 1 - rate rounded to a multiple of 2**-16, and scaled by
    1 / (1 - rate) as in Keras.
    """

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return on_processor() and layer.noise_shape is None and drawable(layer.rate)

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training:
            return inputs
        if not drawable(self.rate):  # A callback may change it while the network is trained.
            return super().call(inputs, training=training)
        keep = 1 - self.rate
        shape = tf.shape(inputs)
        bits = random_bits(draw_seed(self.seed_generator), tf.reduce_prod(shape))
        kept = tf.reshape(bits < kept_of(self.rate) - 2**15, shape)
        return tf.where(kept, inputs / keep, tf.zeros_like(inputs))


def random_bits(seed: Any, count: Any) -> Any:
    """`count` uniformly distributed numbers, int16; `seed` has the shape (2,)."""
    words = tf.random.stateless_uniform(
        [(count + 1) // 2], tf.cast(seed, tf.int32), minval=None, maxval=None, dtype=tf.int32
    )
    return tf.reshape(tf.bitcast(words, tf.int16), [-1])[:count]
