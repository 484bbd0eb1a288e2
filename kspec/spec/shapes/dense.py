"""Dense and EinsumDense."""

from __future__ import annotations

import re

from kspec.spec.shapes.settings import Rule, Settings, wholes
from kspec.spec.shapes.shape import CannotFit, Dims, Given, Unsure, shape_text
from kspec.spec.shapes.taken import one

__all__ = ["RULES"]


def dense(settings: Settings, given: Given) -> Dims:
    shape = one(settings, given)
    units = settings.positive("units")
    if not shape:
        message = f"{settings.kind} takes (features,), not a single number"
        raise CannotFit("wrong-rank", message)
    if shape[-1] is None:
        raise Unsure
    return (*shape[:-1], units)


_EQUATION = re.compile(r"(\.\.\.)?([a-zA-Z]+),([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)")


def einsum_dense(settings: Settings, given: Given) -> Dims:
    """As keras/src/layers/core/einsum_dense.py, _analyze_split_string.

    Sizes that `output_shape` leaves open stay open, even if the input has them.
    """
    shape = one(settings, given)
    equation = _EQUATION.fullmatch(settings.text("equation"))
    if equation is None or (equation[1] is None) != (equation[4] is None):
        raise Unsure
    taken, weights, made = equation[2], equation[3], equation[5]
    elided = len(shape) + 1 - len(taken)
    if not 0 <= elided <= 2 or (elided > 0) != (equation[1] is not None):
        raise Unsure
    value = settings.value("output_shape")
    partial: Dims = (
        tuple(None if size is None else wholes([size])[0] for size in value)
        if isinstance(value, (list, tuple))
        else (settings.positive("output_shape"),)
    )
    # The batch axis is the first letter, or the first axis of the ellipsis. If the ellipsis stands
    # for three or more axes, Keras reverses their order.
    full = (None, *shape)
    result = (None, *full[1:elided], *partial) if elided else (None, *partial)
    if len(result) - elided != len(made) or any(size is not None and size < 1 for size in partial):
        raise Unsure
    into = {letter: full[elided + index] for index, letter in enumerate(taken)}
    out = {letter: result[elided + index] for index, letter in enumerate(made)}
    if not set(made) <= set(taken) | set(weights) or not set(weights) <= set(into) | set(out):
        raise Unsure
    if any(out.get(letter, into.get(letter)) is None for letter in weights):
        raise Unsure
    for letter in taken:
        size = out.get(letter)
        if size is not None and into[letter] != size:
            if into[letter] is None:
                raise Unsure
            message = f'{settings.kind} "{equation[0]}" cannot make {shape_text(partial)} of '
            message += f'{shape_text(shape)}: "{letter}" is {into[letter]} there and {size} here'
            raise CannotFit("unequal-shapes", message, "output_shape")
    return tuple(result[1:])


RULES: dict[str, Rule] = {
    "Dense": dense,
    "EinsumDense": einsum_dense,
}
