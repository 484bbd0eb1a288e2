"""The parts of the schema that are referred to by name (`$defs`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["ITEM", "Definitions", "Schema"]

Schema = dict[str, Any]
"""A JSON Schema."""


class Definitions:
    """The future `$defs`; each definition is made when something first refers to it."""

    def __init__(self) -> None:
        self.made: dict[str, Schema] = {}

    def refer(self, name: str, make: Callable[[], Schema]) -> Schema:
        """A reference to the definition `name`, which may refer to itself."""
        if name not in self.made:
            self.made[name] = {}
            self.made[name] = make()
        return {"$ref": f"#/$defs/{name}"}


ITEM: Schema = {"$ref": "#/$defs/item"}
"""An item of a list of layers; the schema always has it."""
