"""The flat list of a spec as it grows, one layer after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kspec.spec.foreign.names import Names

__all__ = ["INPUT", "ListOfLayers"]

INPUT = "input"
"""The name by which layers refer to the only input of a network."""


class ListOfLayers:
    """Layers with names, without `inputs` where a layer takes the one before it."""

    def __init__(self, inputs: Iterable[str]) -> None:
        """`inputs` are the names of the network's inputs."""
        entering = list(inputs)
        self.layers: list[dict[str, Any]] = []
        self.names = Names(entering)
        self.last: str | None = entering[0] if len(entering) == 1 else None

    def put(self, item: dict[str, Any], name: str, inputs: Any) -> str:
        """Append a layer called `name`; returns the name as the reference to its output."""
        layer = {"type": item["type"], "name": name}
        layer |= {key: value for key, value in item.items() if key not in layer}
        if inputs != self.last:
            layer["inputs"] = inputs
        self.layers.append(layer)
        self.last = name
        return name

    def references(self) -> Iterator[str]:
        """The names of the layers so far."""
        return (layer["name"] for layer in self.layers)
