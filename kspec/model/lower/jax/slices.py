"""A depthwise convolution as a sum of slices, for JAX on a CPU."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from kspec.model.lower.jax.sums import over_places

__all__ = ["Window", "has_sizes", "sum_of_slices"]


def has_sizes(x: jax.Array) -> bool:
    """Whether the sizes of `x` (n, \\*sizes, c) are known; those of a model that is being exported
    may not be."""
    return all(isinstance(size, int) for size in x.shape[1:-1])


class Window(NamedTuple):
    """How a window moves over pictures: its sizes, strides and dilation, how many zeros come before
    the first pixel, and its number of positions."""

    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    before: tuple[int, ...]
    counts: tuple[int, ...]

    @classmethod
    def of(cls, layer: Any, sides: Sequence[int]) -> Window:
        """That of a convolution, over pictures or volumes with these sides."""
        sizes, strides, dilation = layer.kernel_size, layer.strides, layer.dilation_rate
        spans = [(size - 1) * step + 1 for size, step in zip(sizes, dilation, strict=True)]
        padding = jax.lax.padtype_to_pads(sides, spans, strides, layer.padding.upper())
        before = tuple(int(each) for each, _ in padding)
        counts = tuple(
            (side + sum(pad) - span) // stride + 1
            for side, pad, span, stride in zip(sides, padding, spans, strides, strict=True)
        )
        return cls(tuple(sizes), tuple(strides), tuple(dilation), before, counts)

    def padding(self, sides: Sequence[int]) -> list[tuple[int, int]]:
        """How many zeros come before and after each of `sides`."""
        return [
            (before, max((count - 1) * stride + (size - 1) * step + 1 - before - side, 0))
            for size, stride, step, before, count, side in zip(*self, sides, strict=True)
        ]


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
