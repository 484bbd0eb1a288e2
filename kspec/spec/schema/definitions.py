"""The parts of the schema that are referred to by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["ITEM", "Definitions", "Schema"]

Schema = dict[str, Any]
"""A JSON Schema."""


class Definitions:
    """What will stand under `$defs`; each part is made when something refers to it first."""

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
