"""The arguments of Keras's classes as JSON Schema, as `catalog.check_object` takes them."""

from __future__ import annotations

from typing import Protocol

from kspec.spec.catalog import Argument, kind_of_argument
from kspec.spec.schema.definitions import Definitions, Schema
from kspec.spec.schema.values import in_any_case, value

__all__ = ["Objects", "argument_schema"]

_TYPES = {
    "bool": "boolean",
    "float": "number",
    "int": "integer",
    "list": "array",
    "null": "null",
    "object": "object",
    "str": "string",
}

# Kinds whose objects Keras itself accepts as a bare name inside another object.
_BY_NAME = ("activations", "constraints", "initializers", "regularizers")


class Objects(Protocol):
    """Where the schemas of nested objects come from."""

    definitions: Definitions

    def names(self, kind: str) -> list[str]:
        """The names that stand for an object of `kind` without arguments."""

    def meant(self, kind: str) -> str:
        """What is accepted as an object of `kind`, in words."""

    def within(self, kind: str, *, partial: bool) -> Schema:
        """A reference to the schema of an object of `kind` that is the value of an argument."""


def argument_schema(argument: Argument, objects: Objects, *, partial: bool = False) -> Schema:
    """The schema of the values of `argument`. `partial` is for `Objects.within`."""
    kind = kind_of_argument(argument.name)
    if kind == "layers" and argument.types == ("str",):
        kind = None
    types = list(argument.types) or [type_ for type_ in _TYPES if type_ != "null"]
    # (For an argument that takes lists the pattern applies to the texts in them.)
    patterns = [argument.pattern] if argument.pattern and "str" in types else []
    texts = list(argument.choices)
    if texts or argument.reads_file or argument.text:
        types = [type_ for type_ in types if type_ != "str"]
    if argument.any_case:
        patterns += in_any_case(argument.choices)
    if kind in _BY_NAME:
        types, texts = ["object"], objects.names(kind)
    elif kind is not None:
        types.append("object")
    if "null" not in types and (argument.null or not argument.types):
        types.append("null")
    constraints: Schema = _range(argument)
    if argument.length is not None:
        constraints |= {"minItems": argument.length, "maxItems": argument.length}
    meant = objects.meant(kind) if kind in _BY_NAME else _meant(argument, argument.types)
    if argument.items:
        constraints["items"] = _item(argument, objects.definitions)
    if kind is not None:
        held = objects.within(kind, partial=partial)
        constraints |= held
        if kind == "layers":
            constraints["items"] = value(["object"], **held)
    return {
        **({"description": argument.meaning} if argument.meaning else {}),
        **value((_TYPES[type_] for type_ in types), texts, patterns, meant, **constraints),
        **_default(argument),
    }


def _range(argument: Argument) -> Schema:
    limits = {"minimum": argument.minimum, "maximum": argument.maximum}
    return {keyword: limit for keyword, limit in limits.items() if limit is not None}


def _item(argument: Argument, definitions: Definitions) -> Schema:
    """The schema of what a list holds, however deep; many arguments share one."""
    limits = _range(argument)
    words = [*argument.items, *(f"{key}-{limits[key]}" for key in limits)]
    name = ".".join(["items", *words, *(["percentage"] if argument.text else [])])

    def make() -> Schema:
        types = [*(_TYPES[type_] for type_ in argument.items), "array"]
        patterns = [argument.pattern] if argument.text else []
        if patterns:
            types.remove("string")
        meant = _meant(argument, argument.items)
        return value(types, (), patterns, meant, **limits, items={"$ref": f"#/$defs/{name}"})

    return definitions.refer(name, make)


def _meant(argument: Argument, types: tuple[str, ...]) -> str:
    """A number or a percentage in words; "" if the types say enough."""
    return f"a number or {argument.text}" if argument.text and "str" in types else ""


def _default(argument: Argument) -> Schema:
    # None can also stand for a default that JSON cannot hold.
    if argument.required or (argument.default is None and not argument.null):
        return {}
    return {"default": argument.default}
