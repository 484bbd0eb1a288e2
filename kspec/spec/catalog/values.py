"""What an argument of the catalogue takes: checks of values, and descriptions in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kspec.spec.catalog.entry import Argument, Entry
from kspec.spec.catalog.lookup import KINDS, kind_of_argument
from kspec.spec.catalog.wording import article, listed

__all__ = [
    "is_of",
    "is_outside",
    "is_wrong",
    "kind_held",
    "known_arguments",
    "matches",
    "must_be",
    "named",
    "range_of",
]

_NAME = Argument("name", types=("str",), null=True)

# A constant in place of a tensor, the same for every sample.
_CONSTANT = Argument("", types=("bool", "float", "list"), items=("bool", "float"))

_TYPE_NAMES = {
    "bool": "true or false",
    "float": "a number",
    "int": "an integer",
    "list": "a list",
    "null": "null",
    "object": "an object",
    "str": "text",
}


def known_arguments(entry: Entry) -> dict[str, Argument]:
    """The keys allowed beside "type": the arguments, and the call arguments of an operation."""
    if entry.kind != "ops":
        return dict(entry.arguments)
    constants = {tensor.name: _CONSTANT for tensor in entry.call}
    return {**constants, **entry.arguments, "name": _NAME}


def kind_held(argument: Argument) -> str | None:
    """Which kind of object the argument holds; None for a text that only names a layer."""
    kind = kind_of_argument(argument.name)
    return None if kind == "layers" and argument.types == ("str",) else kind


def is_wrong(argument: Argument, value: Any, kind: str | None) -> bool:
    """Whether `value` has a type, or is a text, that an argument holding `kind` does not take."""
    if value is None:
        return bool(argument.types) and not argument.null
    if isinstance(value, str) and argument.choices:
        text = value.lower() if argument.any_case else value
        return text not in argument.choices and not matches(argument, value)
    if isinstance(value, str) and argument.text and "str" in argument.types:
        return not matches(argument, value)
    if kind is not None and isinstance(value, Mapping):
        return False
    return bool(argument.types) and not any(is_of(value, type_) for type_ in argument.types)


def matches(argument: Argument, text: str) -> bool:
    """Whether `text` matches the argument's pattern."""
    return bool(argument.pattern) and re.fullmatch(argument.pattern, text) is not None


def is_outside(argument: Argument, value: Any) -> bool:
    """Whether `value` is a number outside the argument's range."""
    return is_of(value, "float") and argument.excludes(value)


def range_of(argument: Argument) -> str:
    """The argument's range in words."""
    lowest, highest = argument.minimum, argument.maximum
    if lowest is None:
        return f"at most {highest:.12g}"
    low = f"{lowest:.12g}"
    return f"at least {low}" if highest is None else f"from {low} to {highest:.12g}"


def is_of(value: Any, type_: str) -> bool:
    """Whether `value` is of a type by its name in the catalogue."""
    match type_:
        case "bool":
            return isinstance(value, bool)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "str":
            return isinstance(value, str)
        case "list":
            return isinstance(value, (list, tuple))
        case "object":
            return isinstance(value, Mapping)
        case "null":
            return value is None
    raise ValueError(f"the catalogue has no type {type_!r}")


def must_be(argument: Argument, kind: str | None) -> str:
    """All that an argument holding `kind` takes, in words."""
    texts = [f'"{choice}"' for choice in argument.choices]
    other = [named(argument, type_) for type_ in argument.types if type_ != "str" or not texts]
    nested = [article(KINDS[kind])] if kind else []
    other = [type_ for type_ in other if not (nested and type_ == _TYPE_NAMES["object"])]
    every = [*texts, *other, *nested, *(["null"] if argument.null else [])]
    return listed(list(dict.fromkeys(every)), "or")


def named(argument: Argument, type_: str) -> str:
    """A type in words; for texts of a certain form, the argument's description of them."""
    return argument.text if type_ == "str" and argument.text else _TYPE_NAMES[type_]
