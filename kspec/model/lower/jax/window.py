"""How a window moves over pictures or volumes whose sizes are known, for JAX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax

__all__ = ["Window", "has_sizes"]


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
