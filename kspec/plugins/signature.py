"""Signatures in the form of the catalogue: the arguments and their plain types."""

from __future__ import annotations

import collections.abc
import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from kspec.spec.catalog.docstrings import arguments_of_function, as_json
from kspec.spec.catalog.entry import Argument, CallArgument, Entry
from kspec.spec.catalog.lookup import common_arguments, find_in_keras

__all__ = ["arguments_of_call", "arguments_of_class", "parameters_of", "to_arguments"]

_PLAIN = {bool: "bool", dict: "object", float: "float", int: "int", list: "list", str: "str"}
_LISTS = (list, tuple, set, frozenset, collections.abc.Sequence, collections.abc.Iterable)

# Keras's base classes, and the classes from which the arguments of some of them are read.
_ROOTS = {"Layer", "Loss", "Metric", "Model", "Functional", "Optimizer", "Sequential"}
_SHOWN_BY = {"losses": "MeanSquaredError", "metrics": "Mean", "optimizers": "SGD"}
_NOT_OF_ROOT = {
    "losses": (),
    "metrics": (),
    "optimizers": ("momentum", "nesterov"),
}


def arguments_of_class(kind: str, cls: type) -> dict[str, Argument]:
    """The arguments of the constructor of `cls`; if it has `**kwargs`, also those of its base."""
    found: dict[str, Argument] = {}
    described = arguments_of_function(cls)
    has_own = False
    for base in cls.__mro__:
        known = _known(kind, base)
        if known is not None:
            rest = {name: each for name, each in known.items() if name not in found}
            if has_own:
                # A constructor may itself pass what its base requires.
                rest = {name: replace(each, required=False) for name, each in rest.items()}
            return {**found, **rest}
        if "__init__" in vars(base):
            has_own = True
            parameters = parameters_of(vars(base)["__init__"])[1:]
            for name, argument in to_arguments(parameters, described).items():
                found.setdefault(name, argument)
            if not any(each.kind is each.VAR_KEYWORD for each in parameters):
                return found
    return found


def arguments_of_call(cls: Any) -> tuple[tuple[CallArgument, ...], dict[str, Argument]]:
    """The tensors that a layer's `call` takes, and its options, which default to true or false.

    `training` is neither: Keras itself passes it.
    """
    parameters = [
        each
        for each in parameters_of(cls.call)[1:]
        if each.name != "training" and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ]
    options = [each for each in parameters if isinstance(each.default, bool)]
    tensors = (
        CallArgument(each.name, required=each.default is each.empty)
        for each in parameters
        if each not in options
    )
    return tuple(tensors), to_arguments(options, {})


def parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The parameters of a function, with annotations resolved to types where possible."""
    try:
        signature = inspect.signature(function, eval_str=True)
    except Exception:
        # An annotation may name something that is imported only for type checkers.
        signature = inspect.signature(function)
    return list(signature.parameters.values())


def to_arguments(
    parameters: Iterable[inspect.Parameter], described: dict[str, str]
) -> dict[str, Argument]:
    """The parameters that can be given by name; `described` holds their docstring entries."""
    return {
        each.name: _argument(each, described.get(each.name, ""))
        for each in parameters
        if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
    }


def _known(kind: str, cls: type) -> Mapping[str, Argument] | None:
    """The arguments of a Keras class as in the catalogue; None for any other class."""
    if cls.__module__.split(".")[0] != "keras":
        return None
    if cls.__name__ in _ROOTS:
        return _of_root(kind)
    entry = find_in_keras(kind, cls.__name__)
    return entry.arguments if isinstance(entry, Entry) else None


def _of_root(kind: str) -> dict[str, Argument]:
    if kind not in _SHOWN_BY:
        return common_arguments(kind)
    entry = find_in_keras(kind, _SHOWN_BY[kind])
    assert isinstance(entry, Entry)
    others = _NOT_OF_ROOT[kind]
    found = {name: each for name, each in entry.arguments.items() if name not in others}
    return {**found, "name": replace(found["name"], default=None)}


def _argument(parameter: inspect.Parameter, meaning: str) -> Argument:
    required = parameter.default is parameter.empty
    default = None if required else as_json(parameter.default)
    kinds = _Kinds()
    if parameter.annotation is parameter.empty or not kinds.take(parameter.annotation):
        return Argument(parameter.name, required, default, meaning=meaning)
    is_choice = isinstance(parameter.default, str) and parameter.default in kinds.choices
    if not (required or is_choice or kinds.take(type(parameter.default))):
        return Argument(parameter.name, required, default, meaning=meaning)
    return Argument(
        parameter.name,
        required,
        default,
        types=tuple(sorted(kinds.types)),
        null=kinds.null,
        # If any text is allowed, literals are not choices.
        choices=() if kinds.any_text else tuple(sorted(kinds.choices)),
        items=tuple(sorted(kinds.items)),
        meaning=meaning,
    )


class _Kinds:
    """The values that annotations allow, as far as they are plain."""

    def __init__(self) -> None:
        self.types: set[str] = set()
        self.items: set[str] = set()
        self.choices: set[str] = set()
        self.null = False
        self.any_text = False

    def take(self, annotation: Any) -> bool:
        """Add `annotation`; False if it is not plain and so may allow anything."""
        origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
        if annotation in (None, types.NoneType):
            self.null = True
        elif annotation in _PLAIN:
            self.types.add(_PLAIN[annotation])
            self.any_text |= annotation is str
        elif origin in (typing.Union, types.UnionType):
            return all(self.take(part) for part in parts)
        elif origin is typing.Annotated:
            return self.take(parts[0])
        elif origin is typing.Literal:
            return all(self._take_literal(part) for part in parts)
        elif (origin or annotation) in _LISTS:
            self.types.add("list")
            return self._take_items([part for part in parts if part is not ...])
        elif (origin or annotation) in (dict, collections.abc.Mapping):
            self.types.add("object")
        else:
            return False
        return True

    def _take_literal(self, value: Any) -> bool:
        if isinstance(value, str):
            self.types.add("str")
            self.choices.add(value)
            return True
        return self.take(type(value))

    def _take_items(self, parts: list[Any]) -> bool:
        """Add the item types of a list; items that are not plain leave the list itself plain."""
        within = _Kinds()
        plain = all(within.take(part) for part in parts)
        if plain and within.types <= {"bool", "float", "int", "str"} and not within.choices:
            self.items |= within.types | ({"null"} if within.null else set())
        return True
