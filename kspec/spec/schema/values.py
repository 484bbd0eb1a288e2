"""Single values: each may also be a variable, "$name" or "$(arithmetic)"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kspec.spec.schema.definitions import Schema

__all__ = ["NAMES", "Value", "in_any_case", "value"]

_NAME = "[A-Za-z_][A-Za-z0-9_]*"
_VARIABLE = rf"\$(?:{_NAME}|\(.+\))"

NAMES: Schema = {
    "pattern": f"^{_NAME}$",
    "not": {"enum": ["block", "inputs", "name", "repeat", "type"]},
}
"""The names that a variable, a parameter or an index may have."""

_VARIABLE_MEANT = 'a variable: "$name" or "$(arithmetic)"'
_WORDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
}

# A leading dollar sign of a text is written twice.
_ANY_TEXT = rf"^(?!\$(?!\$))|^{_VARIABLE}$"


@dataclass(frozen=True)
class Value:
    """What a value may be: one of `types`, one of `choices`, text that matches one of `patterns` as
    a whole, or a variable. `meant` describes it in words, if the types do not.

    `types` are those of JSON Schema; "string" among them is any text. `constraints` are keywords
    for numbers, lists and objects, each of which JSON Schema applies only to its own type.
    """

    types: tuple[str, ...] = ()
    choices: tuple[Any, ...] = ()
    patterns: tuple[str, ...] = ()
    constraints: Schema = field(default_factory=dict)
    meant: str = ""

    def schema(self) -> Schema:
        """The value as JSON Schema, with the messages that VS Code shows for its texts."""
        types = list(dict.fromkeys((*self.types, "string")))
        free: Schema = {"type": types if len(types) > 1 else types[0]}
        if "string" in self.types:
            free["pattern"] = _ANY_TEXT
        else:
            either = "|".join((*self.patterns, _VARIABLE))
            free["pattern"] = f"^(?:{either})$" if self.patterns else f"^{either}$"
            meant = self.meant or " or ".join(_WORDS[type_] for type_ in self.types)
            parts = [f"must be {meant}"] if meant else []
            free["patternErrorMessage"] = ", or ".join([*parts, _VARIABLE_MEANT])
        if not self.choices:
            return {**free, **self.constraints}
        # Editors complete from an `enum`. If neither branch matches, VS Code reports on the first:
        # the list, unless a description in words is better.
        listed = {"enum": list(self.choices)}
        return {"anyOf": [free, listed] if self.meant else [listed, free], **self.constraints}

    def __or__(self, other: Value) -> Value | None:
        """The union of two values; None if the constraints of one would also apply to the other."""
        types = {*self.types, *other.types}
        if {"integer", "number"} <= types or self.constraints.keys() & other.constraints.keys():
            return None
        return Value(
            self.types + other.types,
            self.choices + other.choices,
            self.patterns + other.patterns,
            {**self.constraints, **other.constraints},
            " or ".join(filter(None, (self.meant, other.meant))),
        )


def value(
    types: Iterable[str],
    choices: Sequence[Any] = (),
    patterns: Sequence[str] = (),
    meant: str = "",
    **constraints: Any,
) -> Schema:
    """The schema of a `Value`."""
    return Value(tuple(types), tuple(choices), tuple(patterns), constraints, meant).schema()


def in_any_case(texts: Iterable[str]) -> list[str]:
    """A pattern for each text that has letters; JSON Schema has no flag for this."""
    return [
        "".join(
            f"[{letter.lower()}{letter.upper()}]" if letter.isalpha() else letter for letter in text
        )
        for text in texts
        if text.lower() != text.upper()
    ]
