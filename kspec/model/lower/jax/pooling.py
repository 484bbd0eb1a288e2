"""Max pooling whose gradient takes no search, for JAX on a CPU."""

from __future__ import annotations

import math
import operator
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import keras

from kspec.model.lower.jax.device import on_processor
from kspec.model.lower.jax.window import has_sizes
from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["MaxPooling1D", "MaxPooling2D", "MaxPooling3D"]


MANY = 16
"""The largest window, in elements, for which slices are faster; 64 take minutes to compile."""


class _Window(NamedTuple):
    sizes: tuple[int, ...]
    strides: tuple[int, ...]


class _MaxPooling(StandIn):
    """Windows as slices: on the CPU XLA computes the gradient of its own windowed maximum
    (SelectAndScatter) one element after the other."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return (
            on_processor()
            and layer.data_format == "channels_last"
            and math.prod(layer.pool_size) <= MANY
        )

    def call(self: Any, inputs: Any) -> Any:
        if not (jnp.issubdtype(inputs.dtype, jnp.floating) and has_sizes(inputs)):
            return super().call(inputs)  # type: ignore[misc]
        window = _Window(tuple(self.pool_size), tuple(self.strides))
        sizes = inputs.shape[1:-1]
        if self.padding == "valid" and any(map(operator.lt, sizes, window.sizes)):
            return super().call(inputs)  # type: ignore[misc]  # The output is empty.
        sides = jax.lax.padtype_to_pads(sizes, *window, self.padding.upper())
        if any(map(any, sides)):
            lowest = jnp.array(-jnp.inf, inputs.dtype)
            inputs = jnp.pad(inputs, ((0, 0), *sides, (0, 0)), constant_values=lowest)
        return _max_of_windows(_used(inputs, window), window)


def _used(x: jax.Array, window: _Window) -> jax.Array:
    """`x` without the rest at its ends that no window covers."""
    ends = [
        (side - size) // stride * stride + size
        for side, size, stride in zip(x.shape[1:-1], *window, strict=True)
    ]
    return x[:, *map(slice, ends)]


def _places(x: jax.Array, window: _Window) -> list[jax.Array]:
    """The first element of every window, the second, …, row by row."""
    spans = [side - size for side, size in zip(x.shape[1:-1], window.sizes, strict=True)]
    found = []
    for place in product(*map(range, window.sizes)):
        ends = [at + span + 1 for at, span in zip(place, spans, strict=True)]
        limits = (x.shape[0], *ends, x.shape[-1])
        found.append(jax.lax.slice(x, (0, *place, 0), limits, (1, *window.strides, 1)))
    return found


@partial(jax.custom_vjp, nondiff_argnums=(1,))
def _max_of_windows(x: jax.Array, window: _Window) -> jax.Array:
    first, *rest = _places(x, window)
    for each in rest:
        first = jnp.maximum(first, each)
    return first


def _forward(x: jax.Array, window: _Window) -> tuple[jax.Array, Any]:
    y = _max_of_windows(x, window)
    return y, (x, y)


def _backward(window: _Window, kept: Any, gradient: jax.Array) -> tuple[jax.Array]:
    """The gradient goes to the first of the largest elements, as in XLA."""
    x, y = kept
    taken = jnp.zeros(y.shape, bool)
    parts = []
    for each in _places(x, window):
        hit = (each == y) & ~taken
        taken = taken | hit
        parts.append(jnp.where(hit, gradient, 0))
    put_back = _beside_each_other if window.sizes == window.strides else _added
    return (put_back(parts, window),)


def _beside_each_other(parts: list[jax.Array], window: _Window) -> jax.Array:
    """Reassembles the result of `_places`, if windows do not overlap."""
    for axis, size in reversed(list(enumerate(window.sizes, 1))):
        joined = [jnp.stack(parts[i : i + size], axis + 1) for i in range(0, len(parts), size)]
        parts = [
            each.reshape(*each.shape[:axis], each.shape[axis] * size, *each.shape[axis + 2 :])
            for each in joined
        ]
    return parts[0]


def _added(parts: list[jax.Array], window: _Window) -> jax.Array:
    """Puts each of `_places` back where it was taken from, and adds them all."""
    total = jnp.zeros((), parts[0].dtype)
    for place, part in zip(product(*map(range, window.sizes)), parts, strict=True):
        around = [
            (at, size - 1 - at, stride - 1) for at, size, stride in zip(place, *window, strict=True)
        ]
        total = total + jax.lax.pad(
            part, jnp.zeros((), part.dtype), [(0, 0, 0), *around, (0, 0, 0)]
        )
    return total


_max_of_windows.defvjp(_forward, _backward)


@stands_for(keras.layers.MaxPooling1D)
class MaxPooling1D(_MaxPooling, keras.layers.MaxPooling1D):  # type: ignore[misc]
    """For one spatial dimension."""


@stands_for(keras.layers.MaxPooling2D)
class MaxPooling2D(_MaxPooling, keras.layers.MaxPooling2D):  # type: ignore[misc]
    """For two spatial dimensions."""


@stands_for(keras.layers.MaxPooling3D)
class MaxPooling3D(_MaxPooling, keras.layers.MaxPooling3D):  # type: ignore[misc]
    """For three spatial dimensions."""
