"""The values of an item apart from its shape, which may become parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kspec.spec.fold.items import Formula, Item, Network, Parameter, Tensor, mapped

__all__ = ["Value", "copied", "identity", "shape_of_arguments", "values_of"]


@dataclass(frozen=True, slots=True)
class Value:
    """A value and the argument that holds it; `text` identifies it (1, 1.0 and true differ)."""

    key: str
    value: Any
    text: str

    @property
    def is_plain(self) -> bool:
        """Whether it has the same meaning everywhere, unlike a parameter or a formula."""
        return not self.text.startswith("$")


def identity(value: Any) -> str:
    """A text that identifies this value."""
    if isinstance(value, (Parameter, Formula)):
        return value.text
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def shape_of_arguments(arguments: dict[str, Any]) -> tuple[Any, ...]:
    """The keys, also of nested objects; the `type` of a nested object belongs to the shape."""
    shape: list[Any] = []
    for key in sorted(arguments):
        value = arguments[key]
        if _is_object(value):
            shape.append((key, value["type"], shape_of_arguments(_without_type(value))))
        elif _has_sizes(key, value):
            shape.append((key, len(value)))
        else:
            shape.append(key)
    return tuple(shape)


def values_of(item: Item) -> Iterator[Value]:
    """The values of an item and of those within it, in an order determined by the shape."""
    yield from _values(item.arguments)
    if item.inner is not None:
        for inside in item.inner.items:
            yield from values_of(inside)


def _values(arguments: dict[str, Any]) -> Iterator[Value]:
    for key in sorted(arguments):
        value = arguments[key]
        if _is_object(value):
            yield from _values(_without_type(value))
        elif _has_sizes(key, value):
            yield from (Value(key, size, identity(size)) for size in value)
        else:
            yield Value(key, value, identity(value))


def copied(
    items: Sequence[Item], values: Iterator[Any], enters: dict[Tensor, Tensor]
) -> list[Item]:
    """A copy of `items` with other values, in the order of `values_of`.

    `enters` maps tensors from outside these items to their replacements.
    """
    copies: dict[Item, Item] = {}

    def moved(tensor: Tensor) -> Tensor:
        if isinstance(tensor.source, Item) and tensor.source in copies:
            return Tensor(copies[tensor.source], tensor.output)
        return enters.get(tensor, tensor)

    for item in items:
        copies[item] = Item(
            type=item.type,
            arguments=_replaced(item.arguments, values),
            takes=mapped(item.takes, moved),
            name=item.name,
            root=item.root,
            shares=None if item.shares is None else moved(item.shares),
            inner=None if item.inner is None else _inner(item.inner, values),
            index=item.index,
            block=item.block,
        )
    return list(copies.values())


def _inner(network: Network, values: Iterator[Any]) -> Network:
    items = copied(network.items, values, {})
    places = dict(zip(network.items, items, strict=True))

    def moved(tensor: Tensor) -> Tensor:
        if isinstance(tensor.source, Item):
            return Tensor(places[tensor.source], tensor.output)
        return tensor

    outputs = mapped(network.outputs, moved)
    return Network(network.inputs, items, outputs, network.is_repeated)


def _replaced(arguments: dict[str, Any], values: Iterator[Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for key in sorted(arguments):
        value = arguments[key]
        if _is_object(value):
            changed[key] = {"type": value["type"], **_replaced(_without_type(value), values)}
            changed[key] = {each: changed[key][each] for each in value}
        elif _has_sizes(key, value):
            changed[key] = [next(values) for _ in value]
        else:
            changed[key] = next(values)
    return {key: changed[key] for key in arguments}


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("type"), str)


def _has_sizes(key: str, value: Any) -> bool:
    """Whether the value is a shape whose sizes may be parameters: [1, 1, "$filters"]."""
    return key == "target_shape" and isinstance(value, list)


def _without_type(value: dict[str, Any]) -> dict[str, Any]:
    return {key: child for key, child in value.items() if key != "type"}
