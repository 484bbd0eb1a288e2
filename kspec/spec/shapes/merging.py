"""Layers that make one tensor of several."""

from __future__ import annotations

from kspec.spec.shapes.settings import Rule, Settings, wholes
from kspec.spec.shapes.shape import CannotFit, Dims, Given, Unsure, shape_text
from kspec.spec.shapes.taken import axis_in, listed

__all__ = ["RULES", "broadcast", "concatenated"]


def merged(settings: Settings, given: Given) -> Dims:
    shapes = listed(settings, given)
    result = shapes[0]
    for shape in shapes[1:]:
        result = broadcast(settings, result, shape)
    return result


def subtracted(settings: Settings, given: Given) -> Dims:
    return broadcast(settings, *listed(settings, given, 2, 2))


def broadcast(settings: Settings, left: Dims, right: Dims) -> Dims:
    """The broadcast shape: counted from the last axis, sizes are equal or one of them is 1.

    As keras/src/layers/merging/base_merge.py, _compute_elemwise_op_output_shape.
    """
    rank = max(len(left), len(right))
    whole = [(1,) * (rank - len(shape)) + shape for shape in (left, right)]
    result: list[int | None] = []
    for one, other in zip(*whole, strict=True):
        if one is not None and other is not None and one != other and 1 not in (one, other):
            message = f"{settings.kind} cannot take {shape_text(left)} and {shape_text(right)}: "
            message += "they must be equal, axis by axis, or 1"
            raise CannotFit("unequal-shapes", message, "inputs")
        result.append(None if one is None or other is None else other if one == 1 else one)
    return tuple(result)


def concatenate(settings: Settings, given: Given) -> Dims:
    shapes = listed(settings, given)
    axis = settings.whole("axis", -1)
    if not -len(shapes[0]) - 1 <= axis <= len(shapes[0]):
        raise Unsure
    return concatenated(settings, shapes, axis_in(settings, axis, shapes[0]))


def concatenated(settings: Settings, shapes: list[Dims], axis: int) -> Dims:
    """The concatenation along `axis`, not counting the batch axis; other sizes must be equal."""
    first = shapes[0]
    total = 0
    known = True
    for shape in shapes:
        if len(shape) != len(first) or any(
            one != other
            for index, (one, other) in enumerate(zip(first, shape, strict=True))
            if index != axis and one is not None and other is not None
        ):
            message = f"{settings.kind} cannot put {shape_text(first)} and {shape_text(shape)} side"
            message += f" by side: all sizes but the {_ordinal(axis, len(first))} must be equal"
            raise CannotFit("concatenate-mismatch", message, "inputs")
        size = shape[axis]
        known = known and size is not None
        total += size or 0
    return (*first[:axis], total if known else None, *first[axis + 1 :])


def _ordinal(axis: int, rank: int) -> str:
    if axis == rank - 1:
        return "last"
    return ("first", "second", "third", "fourth")[axis] if axis < 4 else f"{axis + 1}th"


def dot(settings: Settings, given: Given) -> Dims:
    left, right = listed(settings, given, 2, 2)
    value = settings.value("axes")
    pair = wholes(value) if isinstance(value, (list, tuple)) else (settings.whole("axes"),) * 2
    if len(pair) != 2:
        raise Unsure
    one, other = axis_in(settings, pair[0], left, "axes"), axis_in(settings, pair[1], right, "axes")
    if left[one] is None or right[other] is None:
        raise Unsure
    if left[one] != right[other]:
        message = f"{settings.kind} over axes {pair[0]} and {pair[1]} cannot take "
        message += f"{shape_text(left)} and {shape_text(right)}: {left[one]} is not {right[other]}"
        raise CannotFit("unequal-shapes", message, "axes")
    rest = left[:one] + left[one + 1 :] + right[:other] + right[other + 1 :]
    return rest or (1,)


RULES: dict[str, Rule] = {
    **dict.fromkeys(("Add", "Average", "Maximum", "Minimum", "Multiply"), merged),
    "Concatenate": concatenate,
    "Dot": dot,
    "Subtract": subtracted,
}
