"""The shape of items: what must be equal for two windows to become uses of one block."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from kspec.spec.fold.items import Item, Network, Tensor
from kspec.spec.fold.values import identity, shape_of_arguments

__all__ = ["Shapes", "places_of", "refers"]


@dataclass
class Shapes:
    """Gives each shape a number; equal shapes get the same."""

    numbers: dict[Hashable, int] = field(default_factory=dict)

    def number(self, shape: Hashable) -> int:
        """The number of any hashable shape."""
        return self.numbers.setdefault(shape, len(self.numbers))

    def of(self, item: Item) -> int:
        """The shape of an item: without its values, its name, and the sources of its tensors."""
        return self.number(
            (
                item.type,
                id(item.block) if item.block is not None else 0,
                shape_of_arguments(item.arguments),
                _form(item.takes),
                item.name is not None,
                item.shares is not None,
                item.index,
                None if item.inner is None else self.within(item.inner),
            )
        )

    def within(self, network: Network) -> int:
        """The shape of a list in a repeat or a nested model; its names are part of it."""
        places = places_of(network)
        # The layers of a nested model keep their names; those of a repeat are numbered.
        name = _plain_name if network.is_repeated else _name
        items = tuple(
            (self.of(item), name(item), tuple(refers(tensor, places) for tensor in item.given()))
            for item in network.items
        )
        outputs = tuple(refers(tensor, places) for tensor in network.given())
        several = isinstance(network.outputs, tuple)
        return self.number((network.inputs, network.is_repeated, items, outputs, several))


def places_of(network: Network) -> dict[Item, int]:
    """The index of each item."""
    return {item: place for place, item in enumerate(network.items)}


def refers(tensor: Tensor, places: dict[Item, int]) -> tuple[int | str, int | None]:
    """A tensor by the index of its item in the list, or by the name of the input."""
    source = tensor.source
    return (source if isinstance(source, str) else places[source], tensor.output)


def _name(item: Item) -> str | None:
    return None if item.name is None else identity(item.name)


def _plain_name(item: Item) -> str | None:
    return None if item.name is None else identity(item.plain_name)


def _form(takes: Any) -> Hashable:
    """The structure of what an item takes: lists, keywords and numbers; all tensors are alike."""
    if isinstance(takes, Tensor):
        return "tensor"
    if isinstance(takes, dict):
        return tuple((key, _form(part)) for key, part in takes.items())
    if isinstance(takes, (list, tuple)):
        return (type(takes).__name__, *(_form(part) for part in takes))
    return ("constant", identity(takes))
