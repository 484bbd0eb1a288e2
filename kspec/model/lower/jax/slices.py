"""A depthwise convolution as a sum of slices, for JAX on a CPU."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp

from kspec.model.lower.jax.sums import over_places
from kspec.model.lower.jax.window import Window

__all__ = ["sum_of_slices"]


@partial(jax.custom_vjp, nondiff_argnums=(2,))
def sum_of_slices(x: jax.Array, kernel: jax.Array, window: Window) -> jax.Array:
    """`x` (n, \\*sizes, c) with `kernel` (\\*window, c), one factor for each channel and place."""
    x = jnp.pad(x, ((0, 0), *window.padding(x.shape[1:-1]), (0, 0)))
    y = jnp.zeros((), x.dtype)
    for place in product(*map(range, window.sizes)):
        taken = tuple(
            slice(at * step, at * step + (count - 1) * stride + 1, stride)
            for at, stride, step, count in zip(place, *window[1:3], window.counts, strict=True)
        )
        y = y + x[:, *taken] * kernel[place]
    return y


def _forward(x: jax.Array, kernel: jax.Array, window: Window) -> Any:
    return sum_of_slices(x, kernel, window), (x, kernel)


def _backward(window: Window, kept: Any, gradient: jax.Array) -> tuple[jax.Array, jax.Array]:
    """The kernel's gradient sums only over existing pixels: in sums over a padded picture XLA tests
    for each pixel whether it is padding."""
    x, kernel = kept
    _, back = jax.vjp(lambda x: sum_of_slices.fun(x, kernel, window), x)
    found = []
    for place in product(*map(range, window.sizes)):
        places, pixels = [], []
        for at, stride, step, before, count, side in zip(
            place, *window[1:], x.shape[1:-1], strict=True
        ):
            offset = at * step - before
            first = max(0, -(offset // stride))
            last = max(first, min(count, (side - 1 - offset) // stride + 1))
            places.append(slice(first, last))
            start = first * stride + offset
            pixels.append(slice(start, start + max(0, (last - first - 1) * stride + 1), stride))
        found.append(over_places(x[:, *pixels] * gradient[:, *places]))
    return *back(gradient), jnp.stack(found).reshape(kernel.shape)


sum_of_slices.defvjp(_forward, _backward)
