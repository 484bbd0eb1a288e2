"""The flat list of a spec as it grows, one layer after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kspec.spec.foreign.names import Names

__all__ = ["INPUT", "ListOfLayers"]

INPUT = "input"
"""What layers call the one input of a network."""


class ListOfLayers:
    """Layers with names, each leaving out `inputs` where it takes the one before it."""

    def __init__(self, inputs: Iterable[str]) -> None:
        """`inputs` are the names of what enters."""
        entering = list(inputs)
        self.layers: list[dict[str, Any]] = []
        self.names = Names(entering)
        self.last: str | None = entering[0] if len(entering) == 1 else None

    def put(self, item: dict[str, Any], name: str, inputs: Any) -> str:
        """Append a layer called `name`; returns the name as the reference to what it gives."""
        layer = {"type": item["type"], "name": name}
        layer |= {key: value for key, value in item.items() if key not in layer}
        if inputs != self.last:
            layer["inputs"] = inputs
        self.layers.append(layer)
        self.last = name
        return name

    def references(self) -> Iterator[str]:
        """The names so far."""
        return (layer["name"] for layer in self.layers)
