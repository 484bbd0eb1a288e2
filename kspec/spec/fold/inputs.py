"""Names for the inputs of blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kspec.spec.fold.items import Block, Item, Network, Tensor, mapped, networks

__all__ = ["input_names", "name_inputs"]


def input_names(count: int, taken: Sequence[str] | set[str] = ()) -> tuple[str, ...]:
    """Names for `count` inputs: input, skip, skip_2 and so on, without those that are `taken`."""
    names: list[str] = []
    for base in ("input", *("skip",) * (count - 1)):
        name, number = base, 1
        while name in taken or name in names:
            number += 1
            name = f"{base}_{number}"
        names.append(name)
    return tuple(names)


def name_inputs(network: Network) -> None:
    """Name the inputs of each block within `network` differently from all layers.

    The name of a layer may be a parameter whose value is elsewhere, so no text that occurs anywhere
    is used.
    """
    everything = list(networks(network))
    taken = {text for each in everything for text in _texts(each)}
    for block in everything:
        if isinstance(block, Block):
            _rename(block, input_names(len(block.inputs), taken))


def _rename(block: Block, names: tuple[str, ...]) -> None:
    new = dict(zip(block.inputs, names, strict=True))

    def renamed(tensor: Tensor) -> Tensor:
        source = tensor.source
        return tensor if isinstance(source, Item) else Tensor(new[source], tensor.output)

    for item in block.items:
        item.takes = mapped(item.takes, renamed)
        item.shares = None if item.shares is None else renamed(item.shares)
    block.outputs = mapped(block.outputs, renamed)
    block.inputs = names


def _texts(value: Any) -> Iterator[str]:
    """The names and the values of a list that are text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Network):
        yield from _texts(getattr(value, "parameters", {}))
        for item in value.items:
            yield from _texts(item.name)
            yield from _texts(item.arguments)
    elif isinstance(value, dict):
        for child in value.values():
            yield from _texts(child)
