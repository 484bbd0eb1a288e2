"""A maximum whose gradient takes no search, for JAX on a processor."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import keras

from kspec.model.lower.jax.device import on_processor
from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["MaxPooling2D"]


MANY = 16
"""Elements of a window up to which slices are faster; with 64 they take minutes to compile."""


@stands_for(keras.layers.MaxPooling2D)
class MaxPooling2D(StandIn, keras.layers.MaxPooling2D):  # type: ignore[misc]
    """Windows that do not overlap as slices: XLA computes the gradient of its own windowed maximum
    (SelectAndScatter) on a processor one element after the other."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return (
            on_processor()
            and layer.data_format == "channels_last"
            and layer.padding == "valid"
            and tuple(layer.pool_size) == tuple(layer.strides)
            and math.prod(layer.pool_size) <= MANY
        )

    def call(self, inputs: Any) -> Any:
        return _max_pool(inputs, tuple(self.pool_size))


def _max_pool(x: jax.Array, window: tuple[int, int]) -> jax.Array:
    rows, columns = (size // each for size, each in zip(x.shape[1:3], window, strict=True))
    used = x[:, : rows * window[0], : columns * window[1]]  # What is left over has no window.
    return _max_of_windows(used, window)


def _places(x: jax.Array, window: tuple[int, int]) -> list[jax.Array]:
    """The first element of every window, the second, …, row by row."""
    return [x[:, i :: window[0], j :: window[1]] for i, j in product(*map(range, window))]


def _forward(x: jax.Array, window: tuple[int, int]) -> jax.Array:
    first, *rest = _places(x, window)
    for each in rest:
        first = jnp.maximum(first, each)
    return first


def _forward_kept(x: jax.Array, window: tuple[int, int]) -> tuple[jax.Array, Any]:
    y = _forward(x, window)
    return y, (x, y)


def _backward(window: tuple[int, int], kept: Any, gradient: jax.Array) -> tuple[jax.Array]:
    """To the first of the elements that are the largest, as XLA has it."""
    x, y = kept
    taken = jnp.zeros(y.shape, bool)
    parts = []
    for each in _places(x, window):
        hit = (each == y) & ~taken
        taken = taken | hit
        parts.append(jnp.where(hit, gradient, 0))
    height, width = window
    rows = [jnp.stack(parts[i * width : (i + 1) * width], 3) for i in range(height)]
    n, h, w, c = x.shape
    return (jnp.stack([row.reshape(n, h // height, w, c) for row in rows], 2).reshape(x.shape),)


_max_of_windows = jax.custom_vjp(_forward, nondiff_argnums=(1,))
_max_of_windows.defvjp(_forward_kept, _backward)
