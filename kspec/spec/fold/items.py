"""The data structure for folding: lists of items that refer to each other as objects, not text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from kspec.spec.within import within

__all__ = [
    "Block",
    "Formula",
    "Item",
    "Network",
    "Parameter",
    "Tensor",
    "before",
    "mapped",
    "networks",
    "width",
]


@dataclass(frozen=True)
class Tensor:
    """An output of an item, or an input of the list by name; `output` is the index if several.

    For a use of a block `output` counts the outputs of the block.
    """

    source: Item | str
    output: int | None = None


@dataclass(frozen=True)
class Parameter:
    """The value of a block's parameter, times `factor`."""

    name: str
    factor: int = 1

    @property
    def text(self) -> str:
        return f"${self.name}" if self.factor == 1 else f"$({self.factor} * {self.name})"


@dataclass(frozen=True)
class Formula:
    """A value that depends on the index of a repeat, as written in a spec."""

    text: str


@dataclass(eq=False)
class Item:
    """A layer, a use of `block`, or (with `type` "repeat") a repeat of `inner`.

    `takes` is a Tensor, a number, or lists and dicts of these; for a use of a block the tuple of
    its inputs, for a repeat what enters its first round. `inner` is also the network within a
    nested model. `shares` is the layer that a Shared calls again. `root` is the name that a layer
    may have within a block or repeat so that unfolding, by numbering, gives it its `name`.
    """

    type: str
    arguments: dict[str, Any]
    takes: Any
    name: str | Parameter | None = None
    root: str | None = None
    shares: Tensor | None = None
    inner: Network | None = None
    index: str | None = None
    block: Block | None = None

    @property
    def is_repeat(self) -> bool:
        return self.type == "repeat"

    @property
    def plain_name(self) -> str | Parameter | None:
        """The name for comparisons if no label of a use is put before it."""
        return self.root or self.name

    def given(self) -> Iterator[Tensor]:
        """Every tensor that the item needs."""
        yield from within(self.takes, Tensor)
        if self.shares is not None:
            yield self.shares


@dataclass(eq=False)
class Network:
    """A list of items; with `outputs` None its output is that of the last item."""

    inputs: tuple[str, ...]
    items: list[Item]
    outputs: Tensor | tuple[Tensor, ...] | None = None
    is_repeated: bool = False

    def given(self) -> tuple[Tensor, ...]:
        """The explicit outputs."""
        if self.outputs is None:
            return ()
        return (self.outputs,) if isinstance(self.outputs, Tensor) else self.outputs

    def labels(self) -> set[str]:
        """The names that are used in this list."""
        names = {item.name for item in self.items if isinstance(item.name, str)}
        return names | set(self.inputs)


@dataclass(eq=False)
class Block(Network):
    """A list with parameters: name and default, None if each use must give the value."""

    parameters: dict[str, Any] = field(default_factory=dict)
    title: str = "block_1"


def mapped(takes: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """`takes` with `change` applied to every tensor."""
    if isinstance(takes, Tensor):
        return change(takes)
    if isinstance(takes, dict):
        return {key: mapped(part, change) for key, part in takes.items()}
    if isinstance(takes, (list, tuple)):
        return type(takes)(mapped(part, change) for part in takes)
    return takes


def width(item: Item) -> int:
    """The number of outputs that `item` has in a spec."""
    if item.is_repeat:
        return 1
    inside = item.block or item.inner
    if inside is None:
        return 1
    if isinstance(inside.outputs, tuple):
        return len(inside.outputs)
    if inside.outputs is None and item.block is not None:
        return width(inside.items[-1])
    return 1


def before(network: Network, index: int) -> tuple[Tensor, ...]:
    """What an item at `index` takes by default."""
    if index == 0:
        return tuple(Tensor(name) for name in network.inputs)
    item = network.items[index - 1]
    count = width(item)
    if count == 1:
        return (Tensor(item),)
    return tuple(Tensor(item, number) for number in range(count))


def networks(*roots: Network) -> Iterator[Network]:
    """Every list within `roots`, each once: blocks, repeats and nested models too."""
    seen: set[int] = set()
    waiting = list(reversed(roots))
    while waiting:
        network = waiting.pop()
        if id(network) in seen:
            continue
        seen.add(id(network))
        yield network
        inside = [part for item in network.items for part in (item.inner, item.block) if part]
        waiting += reversed(inside)
