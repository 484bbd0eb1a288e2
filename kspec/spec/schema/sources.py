"""Which keys of "data" go with which source: the model knows, and is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import ValidationError

from kspec.spec.models import FILE_SOURCES, Data
from kspec.spec.schema.definitions import Schema
from kspec.spec.schema.values import value

__all__ = ["source_rules"]


def source_rules(properties: dict[str, Schema], *, partial: bool) -> list[Schema]:
    """Rules for "data", whose keys are `properties` in pydantic's schema.

    A `partial` one may leave to the spec that it extends what its source needs.
    """
    sources: tuple[str, ...] = get_args(Data.model_fields["source"].annotation)
    rules = []
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
        rules.append(_rule(list(FILE_SOURCES), {"required": ["path"]}))
        rules += [
            _rule([each], {"required": sorted(needed)})
            for each in sources
            if (needed := _faulty({"source": each}))
        ]
    return rules


def _tried(properties: dict[str, Schema]) -> Iterator[tuple[str, Any]]:
    """Keys and a text or a list that each may take; every text where it takes a few only."""
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
    """The keys of `data` with which the model finds fault."""
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
