"""Layers that reshape or permute their input, or repeat it."""

from __future__ import annotations

import math

from kspec.spec.shapes.settings import Rule, Settings, wholes
from kspec.spec.shapes.shape import CannotFit, Dims, Given, Unsure, shape_text, size_of
from kspec.spec.shapes.taken import of_rank, one

__all__ = ["RULES"]


def flatten(settings: Settings, given: Given) -> Dims:
    return (size_of(one(settings, given)),)


def reshape(settings: Settings, given: Given) -> Dims:
    """The target with its -1 worked out from the input.

    As keras/src/ops/operation_utils.py, compute_reshape_output_shape.
    """
    target, shape = wholes(settings.value("target_shape")), one(settings, given)
    rest = math.prod(size for size in target if size != -1)
    if min(target, default=1) < -1 or target.count(-1) > 1 or 0 in target:
        raise Unsure
    size = size_of(shape)
    if size is None:
        return tuple(None if wanted == -1 else wanted for wanted in target)
    if -1 not in target and size != rest:
        message = f"{settings.kind} cannot make {shape_text(tuple(target))}, {rest} values, of "
        message += f"{shape_text(shape)}, {size} values"
        raise CannotFit("reshape-size", message, "target_shape")
    if size % rest:
        message = f"{settings.kind} cannot make {shape_text(tuple(target))} of {shape_text(shape)}:"
        message += f" {size} values are not a multiple of {rest}"
        raise CannotFit("reshape-size", message, "target_shape")
    return tuple(size // rest if wanted == -1 else wanted for wanted in target)


def permute(settings: Settings, given: Given) -> Dims:
    dims = wholes(settings.value("dims"))
    if sorted(dims) != list(range(1, len(dims) + 1)):
        raise Unsure
    shape = one(settings, given)
    if len(shape) != len(dims):
        message = f"{settings.kind} of {len(dims)} axes cannot take {shape_text(shape)}, which has "
        message += f'{len(shape)}; "dims" counts all but the batch axis'
        raise CannotFit("wrong-rank", message, "dims")
    return tuple(shape[dim - 1] for dim in dims)


def repeat_vector(settings: Settings, given: Given) -> Dims:
    return (settings.positive("n"), *of_rank(settings, given, "features"))


RULES: dict[str, Rule] = {
    "Flatten": flatten,
    "Permute": permute,
    "RepeatVector": repeat_vector,
    "Reshape": reshape,
}
