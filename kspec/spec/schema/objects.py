"""Keras objects as JSON Schema, by kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kspec.spec import catalog
from kspec.spec.catalog import Argument, Entry
from kspec.spec.schema.arguments import argument_schema
from kspec.spec.schema.definitions import Definitions, Schema
from kspec.spec.schema.dispatch import by_pattern, by_type
from kspec.spec.schema.entries import entry_schema, required_of
from kspec.spec.schema.values import Value, in_any_case, value

__all__ = ["KerasObjects"]

# Keras ignores the case of these names.
_ANY_CASE = ("optimizers",)


class KerasObjects:
    """The kinds of the catalogue; each is defined when it is first needed.

    A `partial` object is laid over another by `extends`, and may leave out anything. The schemas
    do not restrict values that are not objects.
    """

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions

    def names(self, kind: str) -> list[str]:
        """The names that stand for an object of `kind` without arguments."""
        return [name for name in catalog.spellings(kind) if not required_of(_entry(kind, name))]

    def object_or_name(self, kind: str, *, partial: bool = False) -> Value:
        """An object of `kind`, or its name alone."""
        names = self.names(kind)
        held = self.held(kind, partial=partial)
        patterns = tuple(_patterns(kind, names))
        return Value(("object",), tuple(names), patterns, held, self.meant(kind))

    def meant(self, kind: str) -> str:
        """What is accepted as an object of `kind`, in words."""
        return f'{_named(kind)}, or an object with this name as its "type"'

    def held(self, kind: str, *, partial: bool = False) -> Schema:
        """A reference to the schema of an object of `kind`."""

        def make() -> Schema:
            return {
                "properties": {"type": self.type_of(kind)},
                **(self._without_type(kind) if partial else {"required": ["type"]}),
                "allOf": self.arguments(kind, partial=partial),
            }

        return self.definitions.refer(f"{kind}.partial" if partial else kind, make)

    def within(self, kind: str, *, partial: bool = False) -> Schema:
        """As `held`, for the value of an argument: there a layer has no "inputs"."""
        if kind == "layers":
            return self.definitions.refer("layers.within", self._layer_within)
        if kind == "activations":
            return self.definitions.refer("activations", self._activation)
        return self.held(kind, partial=partial)

    def layer(self) -> Schema:
        """A reference to the schema of a layer or an operation in a list of layers."""

        def make() -> Schema:
            ops = [f"{catalog.OPS}{name}" for name in catalog.spellings("ops")]
            return {
                "properties": {
                    "type": value((), [*catalog.spellings("layers"), *ops], meant=_named("layers"))
                },
                "required": ["type"],
                "allOf": [self._layer_arguments(), self._operation_arguments()],
            }

        return self.definitions.refer("layer", make)

    def type_of(self, *kinds: str) -> Schema:
        """The names of the `kinds`, without "Shared"."""
        names = [name for kind in kinds for name in catalog.spellings(kind) if name != "Shared"]
        patterns = [pattern for kind in kinds for pattern in _patterns(kind, names)]
        return value((), names, patterns, _named(kinds[0]))

    def arguments(self, kind: str, *, before: str = "", partial: bool = False) -> list[Schema]:
        """For each type of `kind` the keys beside it; types are prefixed with `before`."""
        names = catalog.spellings(kind)
        cases = {
            before + name: entry_schema(_entry(kind, name), self, partial=partial) for name in names
        }
        if kind not in _ANY_CASE:
            return by_type(cases)
        lower = {name.lower(): schema for name, schema in cases.items()}
        return by_pattern(dict(zip(in_any_case(lower), lower.values(), strict=True)))

    def _without_type(self, kind: str) -> Schema:
        """What is sure of an object of `kind` that leaves its type out: its keys are arguments of
        some class, and some of these all such classes take in the same way."""
        found: dict[str, set[Argument]] = {}
        for each in catalog.spellings(kind):
            for name, argument in _entry(kind, each).arguments.items():
                plain = replace(argument, default=None, required=False, meaning="")
                found.setdefault(name, set()).add(plain)
        properties: Schema = dict.fromkeys(found, True)
        for name, (argument, *others) in found.items():
            if not others:
                properties[name] = argument_schema(argument, self, partial=True)
        known = {"properties": properties, "additionalProperties": False}
        return {"if": {"required": ["type"]}, "else": known}

    def _layer_within(self) -> Schema:
        items = value(["object"], **self.within("layers"))
        inner_model = {
            "outputs": False,
            "layers": {"type": "array", "items": items},
        }
        return {
            "properties": {"type": self.type_of("layers"), "inputs": False},
            "required": ["type"],
            "allOf": [self._layer_arguments()],
            "if": {"required": ["type"], "properties": {"type": {"const": "Model"}}},
            "then": {"properties": inner_model},
        }

    def _activation(self) -> Schema:
        """An activation, which may also be a layer."""
        return {
            "properties": {"type": self.type_of("activations", "layers"), "inputs": False},
            "required": ["type"],
            "allOf": [*self.arguments("activations"), self._layer_arguments()],
        }

    def _layer_arguments(self) -> Schema:
        return self.definitions.refer(
            "layers.arguments", lambda: {"allOf": self.arguments("layers")}
        )

    def _operation_arguments(self) -> Schema:
        def make() -> Schema:
            is_operation = {"properties": {"type": {"pattern": "^ops[.]"}}, "required": ["type"]}
            arguments = self.arguments("ops", before=catalog.OPS)
            return {"if": is_operation, "then": {"allOf": arguments}}

        return self.definitions.refer("ops.arguments", make)


def _entry(kind: str, name: str) -> Entry:
    found = catalog.find(kind, name)
    assert isinstance(found, Entry), name
    return found


def _named(kind: str) -> str:
    singular = catalog.KINDS[kind]
    article = "an" if singular[0] in "aeiou" else "a"
    return f"the name of {article} {singular} of Keras that a spec may use"


def _patterns(kind: str, names: Iterable[str]) -> list[str]:
    if kind not in _ANY_CASE:
        return []
    return in_any_case(name for name in names if name.islower())
