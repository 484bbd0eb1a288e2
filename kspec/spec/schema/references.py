"""How layers name what they take: `inputs` and `outputs`."""

from __future__ import annotations

from kspec.spec.graph.reference import FORMS
from kspec.spec.schema.definitions import Definitions, Schema
from kspec.spec.schema.values import value

__all__ = ["inputs", "outputs", "reference"]

# "skip", "#-2" for two items up, "lstm[1]" for one of several outputs.
_REFERENCE = r"(?:#-[1-9][0-9]{0,5}|(?:\$\$|[^#\[\]$])[^#\[\]]*)(?:\[[0-9]{1,4}\])?"


def reference() -> Schema:
    """One tensor."""
    return value((), patterns=[_REFERENCE], meant=FORMS)


def inputs(definitions: Definitions) -> Schema:
    """A reference, a list of them, or an object of keywords and references."""

    def make() -> Schema:
        return {
            "description": (
                "What it takes where that is not the item before it: a name, "
                '"#-2" for two items up, or one of several outputs, "name[1]"; '
                "a list of these, or an object of keywords and these."
            ),
            **_taken(definitions, "array", "object"),
        }

    return definitions.refer("inputs", make)


def outputs(definitions: Definitions) -> Schema:
    """A reference or a list of them."""

    def make() -> Schema:
        description = "What it gives: a reference or a list of them; without it, the last item's."
        listed: Schema = {"minItems": 1, "items": reference()}
        return {
            "description": description,
            **value(["array"], patterns=[_REFERENCE], meant=FORMS, **listed),
        }

    return definitions.refer("outputs", make)


def _taken(definitions: Definitions, *types: str) -> Schema:
    item = definitions.refer(
        "inputs.item", lambda: _taken(definitions, "number", "array", "object")
    )
    parts: Schema = {"minItems": 1, "items": item}
    if "object" in types:
        keyword = definitions.refer(
            "inputs.keyword", lambda: _taken(definitions, "number", "boolean", "array")
        )
        parts |= {"minProperties": 1, "additionalProperties": keyword}
    return value(types, patterns=[_REFERENCE], meant=FORMS, **parts)
