"""Functions of `keras.ops` as nodes of a network: `{"type": "ops.mean", "axis": 1}`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

import keras

from kspec.spec import catalog

__all__ = ["make_operation"]


def make_operation(name: str, arguments: Mapping[str, Any]) -> Callable[..., Any]:
    """The function `name` of `keras.ops` with `arguments`, to be called with its tensors.

    `name` is without "ops."; a constant among `arguments` takes the place of a tensor. The result
    takes the other tensors as Keras's function does, in its order or by name; if that takes any
    number of tensors (einsum) it takes one list of them. Raises ValueError for a name that a spec
    may not use, and when called TypeError for too many or too few tensors.
    """
    canonical = catalog.resolve_name("ops", name)
    function = attrgetter(canonical)(keras.ops)
    entry = catalog.find("ops", canonical)
    assert isinstance(entry, catalog.Entry)
    # Some functions accept only tuples.
    constants = {key: _tuples(value) for key, value in arguments.items() if key != "name"}
    if canonical == "get_item":
        constants["key"] = _key(constants["key"])
    title = f"ops.{canonical}"

    def apply(*tensors: Any, **named: Any) -> Any:
        given = {**constants, **named}
        free = [tensor.name for tensor in entry.call if tensor.name not in given]
        if len(tensors) > len(free):
            inputs = "1 input" if len(free) == 1 else f"{len(free)} inputs"
            raise TypeError(f"{title} takes {inputs}, but gets {len(tensors)}")
        given.update(zip(free, tensors, strict=False))
        missing = [
            tensor.name for tensor in entry.call if tensor.required and tensor.name not in given
        ]
        if missing:
            raise TypeError(f"{title} lacks its input {missing[0]}")
        return _called(function, given)

    apply.__name__ = title
    return apply


def _called(function: Callable[..., Any], given: dict[str, Any]) -> Any:
    """Call `function` by keyword; variadic arguments, and those before them, by position."""
    parameters = list(inspect.signature(function).parameters.values())
    kinds = [parameter.kind for parameter in parameters]
    if inspect.Parameter.VAR_POSITIONAL not in kinds:
        return function(**given)
    at = kinds.index(inspect.Parameter.VAR_POSITIONAL)
    before = [given.pop(parameter.name) for parameter in parameters[:at]]
    return function(*before, *given.pop(parameters[at].name), **given)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, (list, tuple)) else value


def _key(key: int | str) -> Any:
    """The index between the brackets of `x[...]`: a number, or text such as ":, 0" or "..., 1:".

    Raises ValueError for any other text.
    """
    if isinstance(key, int):
        return key
    return tuple(_part(part.strip(), key) for part in key.split(","))


def _part(text: str, key: str) -> Any:
    named = {"...": ..., "None": None}
    if text in named:
        return named[text]
    try:
        numbers = [int(number) if number.strip() else None for number in text.split(":")]
    except ValueError:
        numbers = []
    if len(numbers) == 1 and numbers[0] is not None:
        return numbers[0]
    if len(numbers) in (2, 3):
        return slice(*numbers)
    raise ValueError(f'ops.get_item: "key" must be like ":, 0" or "..., 1:", not "{key}"')
