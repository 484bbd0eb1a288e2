"""Makes a block and replaces its windows by its uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.spec.fold.candidate import Candidate
from kspec.spec.fold.inputs import input_names
from kspec.spec.fold.items import Block, Item, Network, Parameter, Tensor, mapped
from kspec.spec.fold.values import copied, values_of

__all__ = ["make_block", "reorder", "splice"]


def make_block(candidate: Candidate) -> Block:
    """The block of a candidate; its windows become uses."""
    block = _block(candidate)
    for number in reversed(range(len(candidate.windows))):
        line, start = candidate.windows[number]
        items = candidate.items(number)
        use = Item(
            type="",
            arguments=dict(candidate.assigned.uses[number]),
            takes=tuple(_entering(items)),
            name=candidate.naming.uses[number],
            block=block,
        )
        gives: dict[Tensor, Tensor] = {}
        if candidate.outputs is not None:
            single = len(candidate.outputs) == 1
            for position, (place, output) in enumerate(candidate.outputs):
                gives[Tensor(items[place], output)] = Tensor(use, None if single else position)
        splice(line.network, start, candidate.length, [use], gives, (items[-1], use))
    reorder(block)
    return block


def _block(candidate: Candidate) -> Block:
    items = candidate.items(0)
    entering = _entering(items)
    names = input_names(len(entering))
    enters = {tensor: Tensor(name) for tensor, name in zip(entering, names, strict=True)}
    block = Block(names, copied(items, _values(candidate, items), enters))
    block.parameters = dict(candidate.assigned.parameters)
    count = sum(1 for item in items for _ in values_of(item))
    for place, (item, name) in enumerate(zip(block.items, candidate.naming.names, strict=True)):
        item.root = None
        item.name = name
        if place in candidate.naming.varying:
            column = count + candidate.naming.varying.index(place)
            # A name that turns out to be the same everywhere needs no parameter.
            item.name = candidate.assigned.places.get(column, items[place].name)
    if candidate.outputs is not None:
        given = tuple(Tensor(block.items[place], output) for place, output in candidate.outputs)
        block.outputs = given if len(given) > 1 else given[0]
    return block


def _values(candidate: Candidate, items: list[Item]) -> Iterator[Any]:
    place = 0
    for item in items:
        for value in values_of(item):
            yield candidate.assigned.places.get(place, value.value)
            place += 1


def _entering(items: list[Item]) -> list[Tensor]:
    inside = set(items)
    found: dict[Tensor, None] = {}
    for item in items:
        for tensor in item.given():
            if tensor.source not in inside:
                found.setdefault(tensor)
    return list(found)


def splice(
    network: Network,
    start: int,
    length: int,
    items: list[Item],
    gives: Mapping[Tensor, Tensor],
    last: tuple[Item, Item],
) -> None:
    """Replace a window by `items`.

    `gives` maps tensors of the window to their replacements; other tensors of the first item of
    `last` become those of the second.
    """
    network.items[start : start + length] = items

    def moved(tensor: Tensor) -> Tensor:
        if tensor in gives:
            return gives[tensor]
        return Tensor(last[1], tensor.output) if tensor.source is last[0] else tensor

    for item in network.items[start + len(items) :]:
        item.takes = mapped(item.takes, moved)
        item.shares = None if item.shares is None else moved(item.shares)
    network.outputs = mapped(network.outputs, moved)


def reorder(block: Block) -> None:
    """Put the parameters in the order in which the block mentions them; unused ones are dropped."""
    order: dict[str, None] = {}
    for item in block.items:
        for name in _mentioned(item):
            order.setdefault(name)
    block.parameters = {name: block.parameters[name] for name in order}


def _mentioned(value: Any) -> Iterator[str]:
    if isinstance(value, Parameter):
        yield value.name
    elif isinstance(value, Item):
        yield from _mentioned(value.name)
        yield from _mentioned(value.arguments)
        for item in value.inner.items if value.inner is not None else ():
            yield from _mentioned(item)
    elif isinstance(value, (dict, list)):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _mentioned(child)
