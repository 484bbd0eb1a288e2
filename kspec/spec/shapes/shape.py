"""Types for shapes, and the two exceptions for a layer without an output shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeGuard

__all__ = [
    "LARGEST",
    "UNKNOWN",
    "CannotFit",
    "Dims",
    "Given",
    "Outputs",
    "Unsure",
    "is_several",
    "is_shape",
    "shape_text",
    "size_of",
    "sizes_text",
]

Dims = tuple[int | None, ...]
"""A shape without the batch axis; None is a size that is known only with the data."""

Outputs = Dims | tuple[Dims, ...] | None
"""The output of a layer: a shape, a tuple of shapes for several outputs, or `UNKNOWN`."""

Given = Any
"""The inputs of a call: as in `kspec.spec.graph`, with shapes in place of tensors."""

UNKNOWN = None

LARGEST = 2**63 - 1
"""The largest size; anything larger is unknown here, and another check reports it."""


class CannotFit(Exception):  # noqa: N818 - it says what is wrong, as a sentence
    """A layer that cannot take its inputs.

    `path` leads from the layer to the argument at fault, if there is one.
    """

    code: str
    message: str
    path: tuple[str | int, ...]

    def __init__(self, code: str, message: str, *path: str | int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.path = path


class Unsure(Exception):  # noqa: N818 - nothing is wrong
    """The shape depends on something that is not known here."""


def is_shape(value: Any) -> TypeGuard[Dims]:
    """Whether `value` is the shape of one tensor."""
    return isinstance(value, tuple) and not is_several(value)


def is_several(value: Any) -> TypeGuard[tuple[Dims, ...]]:
    """Whether `value` holds the shapes of several outputs."""
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], tuple)


def size_of(shape: Sequence[int | None]) -> int | None:
    """How many elements a tensor of that shape has; None if a size is not known."""
    known = [size for size in shape if size is not None]
    return math.prod(known) if len(known) == len(shape) else None


def shape_text(shape: Dims) -> str:
    """A shape as Keras writes it, with a question mark for an unknown size: (?, 64)."""
    sizes = ["?" if size is None else str(size) for size in shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def sizes_text(sizes: Sequence[int]) -> str:
    """The sizes of a window: 3×3."""
    return "×".join(map(str, sizes))
