"""Where each value of a resolved spec comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kspec.spec.models import Spec
from kspec.spec.node import Node

__all__ = ["origins_of"]


def origins_of(spec: Spec) -> Iterator[tuple[str, Any, str]]:
    """Each value with its path and its origin: a place, those that used it, or "default"."""
    yield from _walk(spec.resolved(), spec._node, "")


def _walk(value: Any, node: Node | None, path: str) -> Iterator[tuple[str, Any, str]]:
    if isinstance(value, dict) and value:
        if node is not None and isinstance(node.value, str):
            node = Node({"type": node}, node.place)
        for key, child in value.items():
            below = node.get(key) if node is not None else None
            yield from _walk(child, below, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        for index, child in enumerate(value):
            inside = node is not None and isinstance(node.value, list) and index < len(node.value)
            below = node.value[index] if node is not None and inside else None
            yield from _walk(child, below, f"{path}[{index}]")
    else:
        yield path, value, _origin(node)


def _origin(node: Node | None) -> str:
    if node is None:
        return "default"
    return ", used by ".join(str(place) for place in node.place.chain())
