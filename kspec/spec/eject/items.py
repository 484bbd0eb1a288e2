"""A network as it is written: lists of items, among them blocks and repeats, that take tensors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kspec.spec.within import within

__all__ = ["Block", "Entering", "Item", "Network", "Tensor", "around"]


@dataclass(eq=False)
class Entering:
    """A tensor that enters a list, by its name within the list."""

    name: str


@dataclass(frozen=True)
class Tensor:
    """An output of an item, or what enters a list; `output` is its index if there are several."""

    source: Item | Entering
    output: int | None = None


@dataclass(eq=False)
class Item:
    """A layer of `type`, a use of `block`, or a repeat (`times` is given) of `inner`.

    `takes` is a Tensor, a number, or lists and dicts of these; for a use of a block the tuple of
    its inputs, for a repeat what enters its first round. `inner` is also the network within a
    nested model. `shares` is the item of the layer that a Shared calls again, and `is_shared` says
    that this item is called again by one. `gives` is the number of tensors that others see.
    """

    type: str
    arguments: dict[str, Any]
    takes: Any
    name: str | None = None
    shares: Item | None = None
    inner: Network | None = None
    block: Block | None = None
    times: Any = None
    index: str | None = None
    gives: int = 1
    is_shared: bool = False

    @property
    def is_repeat(self) -> bool:
        return self.times is not None


@dataclass(eq=False)
class Network:
    """A list of items; with `outputs` None its output is that of the last item."""

    entering: tuple[Entering, ...]
    items: list[Item] = field(default_factory=list)
    outputs: tuple[Tensor, ...] | None = None
    gives_list: bool = False


@dataclass(eq=False)
class Block(Network):
    """A list with parameters, each with its default, or None if it has none."""

    name: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)


def around(item: Item) -> Iterator[Tensor]:
    """The tensors that the rounds of a repeat take from the lists around it."""
    if not item.is_repeat or item.inner is None:
        return
    own = {*item.inner.entering, *item.inner.items}
    for inner in item.inner.items:
        for tensor in (*within(inner.takes, Tensor), *around(inner)):
            if tensor.source not in own:
                yield tensor
