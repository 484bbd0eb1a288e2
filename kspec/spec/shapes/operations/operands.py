"""The tensors that an operation is called with, by the names of its parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kspec.spec.catalog import Entry
from kspec.spec.shapes.settings import Settings
from kspec.spec.shapes.shape import CannotFit, Dims, Given, Outputs, Unsure, is_shape

__all__ = ["Operands", "OperationRule", "operands", "tensor", "tensors"]

Operands = Mapping[str, Given]
OperationRule = Callable[[Settings, Operands], Outputs]


def operands(settings: Settings, entry: Entry, given: Given) -> Operands:
    """`given` by the names of the operation's tensors. Raises CannotFit if one is missing."""
    names = [argument.name for argument in entry.call]
    if isinstance(given, dict):
        found = given
    elif isinstance(given, list) and not entry.takes_list:
        if len(given) > len(names):
            message = f"{settings.kind} takes {' and '.join(names)}, not {len(given)} tensors"
            raise CannotFit("wrong-inputs", message, "inputs")
        found = dict(zip(names, given, strict=False))
    else:
        found = {names[0]: given} if names else {}
    if not set(found) <= set(names):
        raise Unsure
    for argument in entry.call:
        if argument.required and argument.name not in found:
            if settings.has(argument.name):
                raise Unsure
            needed = " and ".join(each.name for each in entry.call if each.required)
            message = f'{settings.kind} takes {needed}; name them: "inputs": ["#-1", "name"]'
            raise CannotFit("wrong-inputs", message, "inputs")
    return found


def tensor(found: Operands, name: str) -> Dims:
    """The operand that is one tensor."""
    shape = found.get(name)
    if not is_shape(shape):
        raise Unsure
    return shape


def tensors(found: Operands, name: str) -> list[Dims]:
    """The operand that is a list of tensors."""
    shapes = found.get(name)
    if not isinstance(shapes, list) or not shapes or not all(map(is_shape, shapes)):
        raise Unsure
    return shapes
