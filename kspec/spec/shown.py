"""How messages show a value of a spec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["shown"]

_LONGEST = 40


def shown(value: Any) -> str:
    """`value`, plain or the value of a node, as a message shows it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"' if len(value) <= _LONGEST else f'"{value[: _LONGEST - 3]}…"'
        case Mapping():
            return "an object"
        case list() | tuple():
            return "a list" if value else "an empty list"
    return str(value)
