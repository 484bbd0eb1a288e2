"""Inlines blocks that save too little."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from kspec.spec.fold.choose import MIN_GAIN
from kspec.spec.fold.items import Block, Formula, Item, Network, Parameter, Tensor, networks
from kspec.spec.fold.naming import exposes
from kspec.spec.fold.replace import reorder, splice
from kspec.spec.fold.values import copied, values_of

__all__ = ["inline_blocks"]


def inline_blocks(network: Network, length: Callable[[Network], int]) -> Network:
    """`network` without the blocks that save too little; with a single use any saving is enough.

    `length` gives the printed length of a network.
    """
    current, number = length(network), 0
    while number < len(blocks_of(network)):
        trial = copy.deepcopy(network)
        uses = _inline(trial, blocks_of(trial)[number])
        without = length(trial) if uses else 0
        if uses and without < current + (MIN_GAIN if uses > 1 else 1):
            network, current = trial, without
        else:
            number += 1
    return network


def blocks_of(network: Network) -> list[Block]:
    """The blocks that a network uses, in the order of their first use."""
    return [each for each in networks(network) if isinstance(each, Block)]


def _inline(network: Network, block: Block) -> int:
    """Inline every use of `block`; the number of uses, 0 if one cannot be inlined."""
    count = 0
    for each in list(networks(network)):
        for use in [item for item in each.items if item.block is block]:
            if not _replaced(each, use, block):
                return 0
            count += 1
        if isinstance(each, Block):
            reorder(each)
    return count


def _replaced(network: Network, use: Item, block: Block) -> bool:
    is_top = not (isinstance(network, Block) or network.is_repeated)
    is_last = network.items[-1] is use and not is_top
    if is_last and network.outputs is None and block.outputs is not None:
        return False  # The output of the list is that of its last item.
    if _has_index(block.items) and any(
        isinstance(each, Formula) for each in use.arguments.values()
    ):
        return False  # Two indices could have the same name.
    values = [_bound(value.value, use) for item in block.items for value in values_of(item)]
    items = copied(block.items, iter(values), _entering(block, use))
    taken = network.labels() - ({use.name} if isinstance(use.name, str) else set())
    for item, inside in zip(items, block.items, strict=True):
        if not _named(item, inside, use, is_top=is_top) or item.name in taken:
            return False
        if isinstance(item.name, str):
            taken.add(item.name)
    gives: dict[Tensor, Tensor] = {}
    places = dict(zip(block.items, items, strict=True))
    for position, tensor in enumerate(block.given()):
        if isinstance(tensor.source, str):
            return False
        output = position if isinstance(block.outputs, tuple) else None
        gives[Tensor(use, output)] = Tensor(places[tensor.source], tensor.output)
    splice(network, network.items.index(use), 1, items, gives, (use, items[-1]))
    return True


def _has_index(items: Sequence[Item]) -> bool:
    return any(
        item.index is not None or (item.inner is not None and _has_index(item.inner.items))
        for item in items
    )


def _entering(block: Block, use: Item) -> dict[Tensor, Tensor]:
    """The tensor that replaces each input tensor of the block."""
    taken = dict(zip(block.inputs, use.takes, strict=True))
    return {
        tensor: Tensor(taken[tensor.source].source, tensor.output)
        if tensor.output is not None
        else taken[tensor.source]
        for item in block.items
        for tensor in item.given()
        if isinstance(tensor.source, str)
    }


def _bound(value: Any, use: Item) -> Any:
    if not isinstance(value, Parameter):
        return value
    assert use.block is not None
    bound = use.arguments.get(value.name, use.block.parameters[value.name])
    if value.factor == 1:
        return bound
    if isinstance(bound, Parameter):
        return Parameter(bound.name, bound.factor * value.factor)
    if isinstance(bound, Formula):
        return Formula(f"$({value.factor} * ({bound.text[2:-1]}))")
    return bound * value.factor


def _named(item: Item, inside: Item, use: Item, *, is_top: bool) -> bool:
    """Give `item` the name that unfolding would give; false if that is impossible."""
    if isinstance(inside.name, Parameter):
        item.name = _bound(inside.name, use)
        return use.name is None
    if not exposes(inside):
        return True
    if use.name is None:
        # Unfolding may number the name within a block, but not at the top level.
        return not is_top
    if not isinstance(use.name, str) or (inside.name is None and inside.block is None):
        return False
    item.name = use.name if inside.name is None else f"{use.name}_{inside.name}"
    return True
