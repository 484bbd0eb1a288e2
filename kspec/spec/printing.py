"""Plain values as JSON in the layout a person would use: what fits on a line stays on it."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["to_text"]

WIDTH = 100


def to_text(value: Any, indent: int = 0) -> str:
    """JSON text; objects and lists that fit within `WIDTH` columns are on one line."""
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if len(line) + indent <= WIDTH and (indent or not isinstance(value, dict)):
        return line
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [
            f"{inner}{json.dumps(key, ensure_ascii=False)}: {to_text(child, indent + 2)}"
            for key, child in value.items()
        ]
        return "{\n" + ",\n".join(parts) + "\n" + " " * indent + "}"
    if isinstance(value, list):
        parts = [inner + to_text(child, indent + 2) for child in value]
        return "[\n" + ",\n".join(parts) + "\n" + " " * indent + "]"
    return line
