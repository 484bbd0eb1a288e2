"""Moves properties that many definitions share to definitions of their own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from kspec.spec.schema.definitions import Schema

__all__ = ["share"]

# About the length of a reference; shorter properties stay where they are.
_SHORT = 60


def share(definitions: Mapping[str, Schema]) -> dict[str, Schema]:
    """The same `definitions`; a property that occurs repeatedly becomes its own definition."""
    counts = Counter(text for _, text in _properties(definitions))
    names: dict[str, str] = {}
    numbers: Counter[str] = Counter()
    shared: dict[str, Schema] = {}
    for key, text in _properties(definitions):
        if counts[text] > 1 and text not in names and len(text) > _SHORT:
            numbers[key] += 1
            names[text] = f"{key}.{numbers[key]}"
            shared[f"argument.{names[text]}"] = json.loads(text)

    def shortened(key: str, schema: Schema) -> Schema:
        name = names.get(_text(schema))
        return schema if name is None else {"$ref": f"#/$defs/argument.{name}"}

    for name, definition in definitions.items():
        properties = definition.get("properties")
        shared[name] = (
            definition
            if properties is None
            else {
                **definition,
                "properties": {key: shortened(key, part) for key, part in properties.items()},
            }
        )
    return dict(sorted(shared.items()))


def _properties(definitions: Mapping[str, Schema]) -> Iterator[tuple[str, str]]:
    for definition in definitions.values():
        for key, schema in definition.get("properties", {}).items():
            yield key, _text(schema)


def _text(schema: Schema) -> str:
    return json.dumps(schema)
