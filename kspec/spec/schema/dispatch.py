"""Which schema holds for an object goes by its "type"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kspec.spec.schema.definitions import Schema

__all__ = ["by_pattern", "by_type"]


def by_type(cases: Mapping[str, Schema]) -> list[Schema]:
    """For each value of "type" the schema of the whole object.

    Each is a branch of its own, `if` and `then`: whoever reads the schema then speaks of the one
    branch that holds, and not of a hundred that an object matches none of. The branches stand in
    groups by their first letter, so that few of them are tried.
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
    """As `by_type`, for patterns that "type" matches as a whole."""
    return [
        {
            # A pattern holds for whatever is no text.
            "if": {"required": ["type"], **_type({"type": "string", "pattern": f"^{pattern}$"})},
            "then": schema,
        }
        for pattern, schema in cases.items()
    ]


def _type(schema: Schema) -> Schema:
    return {"properties": {"type": schema}}
