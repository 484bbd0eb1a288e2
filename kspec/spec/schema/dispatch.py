"""Selects the schema of an object by its "type"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kspec.spec.schema.definitions import Schema

__all__ = ["by_pattern", "by_type"]


def by_type(cases: Mapping[str, Schema]) -> list[Schema]:
    """Branches for an `allOf`, from a schema of the whole object for each value of "type".

    Each is an `if` and `then` of its own: a validator then reports on the one branch that applies,
    not on a hundred of which none matches. The branches are grouped by first letter, so that few of
    them are tried.
    """
    groups: dict[str, dict[str, list[str]]] = {}
    for text, schema in cases.items():
        namespace, dot, name = text.rpartition(".")
        group = groups.setdefault(f"{namespace}{dot}{name[0]}", {})
        group.setdefault(schema["$ref"], []).append(text)
    return [
        {
            "if": {"required": ["type"], **_type({"pattern": f"^{re.escape(start)}[^.]*$"})},
            "then": {
                "allOf": [
                    {"if": _type({"enum": texts}), "then": {"$ref": reference}}
                    for reference, texts in group.items()
                ]
            },
        }
        for start, group in groups.items()
    ]


def by_pattern(cases: Mapping[str, Schema]) -> list[Schema]:
    """As `by_type`, for patterns that must match the whole "type"."""
    return [
        {
            # A pattern alone also accepts anything but text.
            "if": {"required": ["type"], **_type({"type": "string", "pattern": f"^{pattern}$"})},
            "then": schema,
        }
        for pattern, schema in cases.items()
    ]


def _type(schema: Schema) -> Schema:
    return {"properties": {"type": schema}}
