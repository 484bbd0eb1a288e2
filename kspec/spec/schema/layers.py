"""Lists of layers as they are written: layers, uses of blocks, repeats."""

from __future__ import annotations

from kspec.spec import catalog
from kspec.spec.schema.definitions import ITEM, Definitions, Schema
from kspec.spec.schema.objects import KerasObjects
from kspec.spec.schema.references import INPUT_NAMES, inputs, item_name, outputs
from kspec.spec.schema.values import NAMES, value

__all__ = ["blocks", "define_item", "row", "variables"]

_NAME = {"description": "The name by which other items refer to it.", **item_name()}


def define_item(objects: KerasObjects) -> None:
    """Define `ITEM`."""
    definitions = objects.definitions

    def make() -> Schema:
        return {
            **value(["object"]),
            # They are listed here for the completion in editors.
            "properties": {
                "block": {"description": "The name of a block to use here."},
                "repeat": {"description": "How many times to write `layers`."},
            },
            "if": {"type": "object", "required": ["block"]},
            "then": definitions.refer("use", lambda: _use(definitions)),
            "else": {
                "if": {"type": "object", "required": ["repeat"]},
                "then": definitions.refer("repeat", lambda: _repeat(definitions)),
                "else": objects.layer(),
            },
        }

    definitions.refer("item", make)


def row() -> Schema:
    """A list of layers without wiring: each takes the output of the one before."""
    trained = [name for name in catalog.spellings("layers") if _has_weights(name)]
    message = "must be a layer without weights: nothing trains them here"
    kind = {"not": {"enum": trained}, "errorMessage": message}
    layer = {
        "if": {"required": ["type"]},
        "then": {"properties": {"type": kind, "inputs": False}},
    }
    return value(["array"], items={"allOf": [ITEM, layer]})


def _has_weights(name: str) -> bool:
    entry = catalog.find("layers", name)
    return isinstance(entry, catalog.Entry) and entry.has_weights


def _use(definitions: Definitions) -> Schema:
    """A use of a block: these keys, and any parameter beside them."""
    return {
        "properties": {
            "block": value(["string"]),
            "inputs": inputs(definitions),
            "name": _NAME,
            "type": False,
            "repeat": False,
        },
        "required": ["block"],
    }


def _repeat(definitions: Definitions) -> Schema:
    index = {"description": "The variable that counts from 0.", "type": "string", **NAMES}
    return {
        "properties": {
            "repeat": value(["integer"], minimum=0),
            "as": index,
            "layers": {"type": "array", "items": ITEM},
            "inputs": inputs(definitions),
            "name": _NAME,
        },
        "required": ["repeat", "layers"],
        "additionalProperties": False,
    }


def blocks(definitions: Definitions, *, partial: bool = False) -> Schema:
    """The blocks that a spec defines; those of a `partial` spec change others."""

    def make() -> Schema:
        names = {
            "description": "The names that its layers use for its inputs, instead of `input`.",
            "type": "array",
            "items": {"type": "string", **INPUT_NAMES},
            "minItems": 1,
            "uniqueItems": True,
        }
        parameters = {
            "description": "Each with its default; `null` must be given at each use of the block.",
            "type": "object",
            "propertyNames": NAMES,
        }
        return {
            "type": "object",
            "properties": {
                "description": {"description": "For people."},
                "parameters": parameters,
                "inputs": names,
                "layers": {"type": "array", "items": ITEM},
                "outputs": outputs(definitions),
            },
            **({} if partial else {"required": ["layers"]}),
            "additionalProperties": False,
        }

    block = definitions.refer("block.partial" if partial else "block", make)
    return {"type": "object", "additionalProperties": block}


def variables() -> Schema:
    """Values for the whole spec."""
    return {"type": "object", "propertyNames": NAMES}
