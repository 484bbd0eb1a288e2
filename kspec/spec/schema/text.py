"""The schema as text."""

from __future__ import annotations

import json

from kspec.spec.schema.definitions import Schema

__all__ = ["to_text"]


def to_text(schema: Schema) -> str:
    """JSON with a line for each definition, so that a diff shows what has changed."""
    parts = [f"  {_line(key)}: {_line(part)}" for key, part in schema.items() if key != "$defs"]
    lines = [f"    {_line(name)}: {_line(part)}" for name, part in schema["$defs"].items()]
    definitions = '  "$defs": {\n' + ",\n".join(lines) + "\n  }"
    return "{\n" + ",\n".join([*parts, definitions]) + "\n}"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
