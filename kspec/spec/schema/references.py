"""How layers name what they take: `inputs` and `outputs`."""

from __future__ import annotations

from kspec.spec.graph.reference import FORMS
from kspec.spec.naming import NAME_PATTERN
from kspec.spec.schema.definitions import Definitions, Schema
from kspec.spec.schema.values import value

__all__ = ["INPUT_NAMES", "inputs", "item_name", "outputs", "reference"]

# "skip", "#-2" for two items up, "lstm[1]" for one of several outputs.
_REFERENCE = r"(?:#-[1-9][0-9]{0,5}|(?:\$\$|[^#\[\]$])[^#\[\]]*)(?:\[[0-9]{1,4}\])?"


# Names that "inputs" can refer to: without its special characters, and without Keras's "/".
_NAME = r"(?:\$\$|[^#\[\]/$])[^#\[\]/]*"
_NAME_MEANT = 'a name, which is not empty and has no "#", "[", "]" or "/" in it'

INPUT_NAMES: Schema = {"pattern": f"^{NAME_PATTERN}$"}
"""The names of inputs where they are keys."""


def item_name(*types: str) -> Schema:
    """The name of a layer, a block or a repeat, or another value of one of `types`."""
    return value(types, patterns=[_NAME], meant=_NAME_MEANT)


def reference() -> Schema:
    """A reference to one tensor."""
    return value((), patterns=[_REFERENCE], meant=FORMS)


def inputs(definitions: Definitions) -> Schema:
    """A reference, a list of them, or an object of keywords and references."""

    def make() -> Schema:
        return {
            "description": (
                "What it takes, if not the output of the item before it: a name, "
                '"#-2" for two items up, or one of several outputs, "name[1]"; '
                "a list of these, or an object from keywords to these."
            ),
            **_taken(definitions, "array", "object"),
        }

    return definitions.refer("inputs", make)


def outputs(definitions: Definitions) -> Schema:
    """A reference or a list of them."""

    def make() -> Schema:
        description = (
            "What it gives: a reference or a list of them; by default the last item's output."
        )
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
