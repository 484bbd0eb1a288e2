"""Dropout whose mask is a function of each element's position, for JAX on a CPU."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import keras
from keras.src.random.seed_generator import draw_seed

from kspec.model.lower.jax.device import on_processor
from kspec.model.lower.mask import drawable, kept_of
from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["Dropout"]


@stands_for(keras.layers.Dropout)
class Dropout(StandIn, keras.layers.Dropout):  # type: ignore[misc]
    """The mask comes from 16 bits of a hash of (seed, count of calls, position), while JAX's
    Threefry takes over a hundred operations for each element.

    Seed and count are those of the layer's generator, as in Keras. An element is kept with the
    probability 1 - rate rounded to a multiple of 2**-16, and scaled by 1 / (1 - rate) as in Keras.
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
        bits = random_bits(draw_seed(self.seed_generator), math.prod(inputs.shape))
        kept = (bits < kept_of(self.rate)).reshape(inputs.shape)
        return jnp.where(kept, inputs / keep, jnp.zeros_like(inputs))


def random_bits(key: jax.Array, count: int) -> jax.Array:
    """`count` uniformly distributed numbers, uint16; `key` is uint32 (2,)."""
    first, second = key.astype(jnp.uint32)
    salt = _mix(second ^ _mix(first))
    places = jnp.arange(-(-count // 2), dtype=jnp.uint32)
    words = _mix(_mix(places ^ salt) + first)
    return jax.lax.bitcast_convert_type(words, jnp.uint16).reshape(-1)[:count]


def _mix(x: jax.Array) -> jax.Array:
    """A bijection of 32 bits in which each input bit flips about half of the output bits:
    lowbias32 of C. Wellons, https://nullprogram.com/blog/2018/07/31/."""
    x = x ^ (x >> 16)
    x = x * jnp.uint32(0x7FEB352D)
    x = x ^ (x >> 15)
    x = x * jnp.uint32(0x846CA68B)
    return x ^ (x >> 16)
