"""Layers in the order in which a person would write them: one branch after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kspec.spec.fold.flat import Layers, network_of, unfolded
from kspec.spec.fold.items import Item, Network, networks
from kspec.spec.fold.write import write_network, write_outputs

__all__ = ["in_branches"]


def in_branches(
    layers: Sequence[dict[str, Any]],
    inputs: Sequence[str] = ("input",),
    outputs: str | Sequence[str] | None = None,
) -> tuple[Layers, Any]:
    """The same network with each branch in one piece, as plain layers and outputs.

    Keras's model files order layers by their distance from the end, so that the layers of branches
    alternate, and nothing repeats. Arguments and errors are as in `fold`.
    """
    network = network_of(layers, inputs, outputs)
    for each in list(networks(network)):
        _reorder(each)
    members: dict[str, Any] = {"layers": write_network(network)}
    if network.outputs is not None:
        members["outputs"] = write_outputs(network)
    flat = unfolded(members, inputs)
    return flat["layers"], flat.get("outputs")


def _reorder(network: Network) -> None:
    needed = {tensor.source for item in network.items for tensor in item.given()}
    ends = [item for item in network.items if item not in needed]
    ends += [tensor.source for tensor in network.given() if isinstance(tensor.source, Item)]
    if network.outputs is None:
        # The output is that of the last layer.
        ends.append(network.items[-1])
    last = ends[-1:] if network.outputs is None else []
    ordered: dict[Item, None] = {}
    for end in [*(item for item in ends if item not in last), *last]:
        _visit(end, ordered)
    network.items[:] = ordered


def _visit(end: Item, ordered: dict[Item, None]) -> None:
    """Put `end` after all that it needs, in the order in which it needs them."""
    waiting = [(end, False)]
    while waiting:
        item, is_ready = waiting.pop()
        if item in ordered:
            continue
        if is_ready:
            ordered.setdefault(item)
            continue
        waiting.append((item, True))
        sources = [tensor.source for tensor in item.given()]
        waiting += [(each, False) for each in reversed(sources) if isinstance(each, Item)]
