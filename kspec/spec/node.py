"""JSON values that know where they were written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kspec.errors import Place

__all__ = ["Node", "dotted", "node_of"]


@dataclass(frozen=True)
class Node:
    """A JSON value, its place, and for an object the place of each key.

    `value` is None, a bool, an int, a float, a str, a list of nodes or a dict of nodes.
    """

    value: Any
    place: Place
    keys: Mapping[str, Place] = field(default_factory=dict)

    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def get(self, key: str) -> Node | None:
        """The member `key` of an object; None if it is missing or this is not an object."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def without(self, *keys: str) -> Node:
        """This object without some of its members."""
        members = {key: child for key, child in self.value.items() if key not in keys}
        return Node(members, self.place, {key: self.keys[key] for key in members})

    def replacing(self, key: str, child: Node) -> Node:
        """This object with the member `key` replaced by `child`."""
        return Node({**self.value, key: child}, self.place, self.keys)

    def at(self, path: Sequence[str | int]) -> Node:
        """The node at `path`; steps that lead nowhere are skipped.

        So a path from pydantic can be used unchanged: its names for the branches of a union match
        nothing in the file, and a missing key is reported at the object that lacks it.
        """
        node = self
        for step in path:
            if isinstance(step, str):
                node = node.get(step) or node
            elif isinstance(node.value, list) and step < len(node.value):
                node = node.value[step]
        return node

    def key_place(self, path: Sequence[str | int]) -> Place:
        """The place of the key that `path` ends with, or of its value in a list."""
        if path and isinstance(path[-1], str):
            parent = self.at(path[:-1])
            if path[-1] in parent.keys:
                return parent.keys[path[-1]]
        return self.at(path).place

    def used_by(self, place: Place) -> Node:
        """This node and all within it, marked as brought in by `place`."""
        return Node(
            value=(
                {key: child.used_by(place) for key, child in self.value.items()}
                if isinstance(self.value, dict)
                else [child.used_by(place) for child in self.value]
                if isinstance(self.value, list)
                else self.value
            ),
            place=_brought_in(self.place, place),
            keys={key: _brought_in(where, place) for key, where in self.keys.items()},
        )


def _brought_in(place: Place, by: Place) -> Place:
    """`place` with `by` at the end of its chain of users."""
    user = by if place.used_by is None else _brought_in(place.used_by, by)
    return place.used(user)


def node_of(value: Any, place: Place) -> Node:
    """Wrap a plain value: every part of it gets the same `place`."""
    if isinstance(value, Mapping):
        return Node(
            {str(key): node_of(child, place) for key, child in value.items()},
            place,
            {str(key): place for key in value},
        )
    if isinstance(value, (list, tuple)):
        return Node([node_of(child, place) for child in value], place)
    return Node(value, place)


def dotted(path: Sequence[str | int]) -> str:
    """A path as people write it: `layers[3].units`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.lstrip(".")
