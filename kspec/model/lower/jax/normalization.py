"""Batch normalization with vectorized sums, for JAX on a CPU."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import keras

from kspec.model.lower.jax.device import on_processor
from kspec.model.lower.jax.sums import over_places
from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["BatchNormalization"]


@stands_for(keras.layers.BatchNormalization)
class BatchNormalization(StandIn, keras.layers.BatchNormalization):  # type: ignore[misc]
    """Uses the statistics of the batch, with a custom gradient."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        ndim = layer.input_spec.ndim
        return (
            on_processor()
            and not layer.renorm
            and not layer.synchronized
            and ndim > 2
            and layer.axis in (-1, ndim - 1)
        )

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        if mask is not None or not (training and self.trainable):
            return super().call(inputs, training=training, mask=mask)
        dtype = keras.backend.result_type(inputs.dtype, "float32")
        x = jnp.asarray(inputs, dtype)
        channels = x.shape[-1:]
        gamma = jnp.ones(channels, dtype) if self.gamma is None else jnp.asarray(self.gamma, dtype)
        beta = jnp.zeros(channels, dtype) if self.beta is None else jnp.asarray(self.beta, dtype)
        y, mean, variance = _normalize(x, gamma, beta, self.epsilon)
        for moving, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            before = jnp.asarray(moving, dtype)
            moving.assign(before * self.momentum + new * (1 - self.momentum))
        return keras.ops.cast(y, self.compute_dtype)


@partial(jax.custom_vjp, nondiff_argnums=(3,))
def _normalize(x: jax.Array, gamma: jax.Array, beta: jax.Array, epsilon: float) -> Any:
    """`x` (\\*places, c) normalized, its mean and its variance; the last two have no gradient."""
    return _forward(x, gamma, beta, epsilon)[0]


def _forward(x: jax.Array, gamma: jax.Array, beta: jax.Array, epsilon: float) -> Any:
    count = x.size // x.shape[-1]
    mean = over_places(x) / count
    variance = over_places((x - mean) ** 2) / count
    inverse = jax.lax.rsqrt(variance + epsilon)
    y = (x - mean) * (inverse * gamma) + beta
    return (y, mean, variance), (x, mean, inverse, gamma)


def _backward(epsilon: float, kept: Any, gradients: Any) -> Any:
    x, mean, inverse, gamma = kept
    gradient, *_ = gradients
    count = x.size // x.shape[-1]
    normal = (x - mean) * inverse
    of_beta, of_gamma = over_places(gradient), over_places(gradient * normal)
    of_x = gamma * inverse * (gradient - of_beta / count - normal * (of_gamma / count))
    return of_x, of_gamma, of_beta


_normalize.defvjp(_forward, _backward)
