"""One class of the catalogue as JSON Schema: the keys allowed beside its "type"."""

from __future__ import annotations

from kspec.spec.catalog import Argument, Entry
from kspec.spec.catalog.backbone import BACKBONE
from kspec.spec.schema.arguments import Objects, argument_schema
from kspec.spec.schema.backbone import backbone_properties, by_application
from kspec.spec.schema.definitions import ITEM, Schema
from kspec.spec.schema.references import INPUT_NAMES, inputs, item_name, outputs

__all__ = ["entry_schema", "required_of"]

# A constant in place of a tensor, the same for every sample.
_CONSTANT = Argument("", types=("bool", "float", "list"), items=("bool", "float"))


def entry_schema(entry: Entry, objects: Objects, *, partial: bool = False) -> Schema:
    """A reference to the schema of an object of the class `entry`. `partial` is for `Objects`."""
    if entry.is_function:
        return objects.definitions.refer("no-arguments", lambda: _closed({}))

    def make() -> Schema:
        properties = {
            name: argument_schema(argument, objects, partial=partial)
            for name, argument in entry.arguments.items()
        }
        if entry.kind == "ops":
            for tensor in entry.call:
                properties.setdefault(tensor.name, argument_schema(_CONSTANT, objects))
            properties["name"] = item_name("null")
        if entry.kind == "layers" and "name" in entry.arguments:
            properties["name"] = properties["name"] | item_name("null")
        if entry.kind in ("layers", "ops"):
            properties["inputs"] = inputs(objects.definitions)
        if entry.kind == "layers" and entry.name == "Model":
            properties["layers"] = {"type": "array", "minItems": 1, "items": ITEM}
            properties["outputs"] = outputs(objects.definitions)
            # An object names the inputs of the inner network.
            properties["inputs"] = {**properties["inputs"], "propertyNames": INPUT_NAMES}
        if entry.kind == "layers" and entry.name == BACKBONE:
            properties |= backbone_properties(entry, objects)
        schema = _closed(properties)
        if entry.kind == "layers" and entry.name == BACKBONE:
            schema["allOf"] = by_application(entry, properties)
        if entry.others is not None:
            schema["additionalProperties"] = argument_schema(entry.others, objects)
        required = [] if partial else required_of(entry)
        return {**schema, "required": required} if required else schema

    name = f"{entry.kind}.{entry.name}"
    return objects.definitions.refer(f"{name}.partial" if partial else name, make)


def required_of(entry: Entry) -> list[str]:
    """The arguments that an object of the class must have."""
    return [argument.name for argument in entry.arguments.values() if argument.required]


def _closed(properties: Schema) -> Schema:
    return {"properties": {"type": True, **properties}, "additionalProperties": False}
