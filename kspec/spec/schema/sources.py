"""Which keys of "data" go with which source, found by trying them on the pydantic model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from kspec.spec.catalog import Entry
from kspec.spec.catalog.registry import registered_of
from kspec.spec.models import FILE_SOURCES, SOURCES, Data
from kspec.spec.schema.arguments import Objects, argument_schema
from kspec.spec.schema.definitions import Schema
from kspec.spec.schema.entries import required_of
from kspec.spec.schema.values import value

__all__ = ["source_names", "source_rules"]

_NO_OPTIONS: Schema = {"maxProperties": 0, "errorMessage": "goes with a source of a plugin"}


def source_names() -> Schema:
    """The sources of kspec and of plugins."""
    return value((), [*SOURCES, *registered_of("sources")])


def source_rules(properties: dict[str, Schema], objects: Objects, *, partial: bool) -> list[Schema]:
    """Rules for "data", whose keys are `properties` in pydantic's schema.

    With `partial` the keys that a source needs may be left to the spec that is extended.
    """
    brought = [each.entry for each in registered_of("sources").values()]
    sources = (*SOURCES, *(entry.name for entry in brought))
    rules = [_rule(list(SOURCES), {"properties": {"options": _NO_OPTIONS}})]
    rules += [_rule([entry.name], _options(entry, objects, partial=partial)) for entry in brought]
    for key, tried in _tried(properties):
        wrong = [each for each in sources if key in _faulty({"source": each, key: tried})]
        if wrong and len(wrong) < len(sources):
            right = " or ".join(each for each in sources if each not in wrong)
            if "enum" in properties[key]:
                then: Schema = {"not": {"const": tried}, "errorMessage": f"goes with {right}"}
            else:
                then = value(["null"], meant=f"left out: it goes with {right}")
            rules.append(_rule(wrong, {"properties": {key: then}}))
    if not partial:
        reading = [entry.name for entry in brought if any(each.required for each in entry.call)]
        rules.append(_rule([*FILE_SOURCES, *reading], {"required": ["path"]}))
        rules += [
            _rule([each], {"required": sorted(needed)})
            for each in sources
            if (needed := _faulty({"source": each}))
        ]
    return rules


def _options(entry: Entry, objects: Objects, *, partial: bool) -> Schema:
    """The options that a plugin's source takes."""
    properties = {
        name: argument_schema(argument, objects) for name, argument in entry.arguments.items()
    }
    required = [] if partial else required_of(entry)
    options = {"properties": properties, "additionalProperties": False, "required": required}
    return {"properties": {"options": options}, **({"required": ["options"]} if required else {})}


def _tried(properties: dict[str, Schema]) -> Iterator[tuple[str, Any]]:
    """Keys with a text or a list to try for each; with every text if it takes only a few."""
    for key, raw in properties.items():
        branches = raw.get("anyOf", [raw])
        if key == "source":
            continue
        if "enum" in raw:
            yield from ((key, text) for text in raw["enum"])
        elif any(branch.get("type") == "string" for branch in branches):
            yield key, "x"
        elif any(branch.get("items", {}).get("type") == "string" for branch in branches):
            yield key, ["x"]


def _faulty(data: dict[str, Any]) -> set[str]:
    """The keys of `data` that the model refuses."""
    try:
        Data.model_validate(data)
    except ValidationError as error:
        return {str(detail["loc"][0]) for detail in error.errors()}
    return set()


def _rule(sources: list[str], then: Schema) -> Schema:
    return {
        "if": {"required": ["source"], "properties": {"source": {"enum": sources}}},
        "then": then,
    }
