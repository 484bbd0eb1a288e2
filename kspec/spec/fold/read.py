"""Reads a flat list of layers into items that refer to each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from kspec.spec.fold.items import Item, Network, Tensor
from kspec.spec.graph import read_reference

__all__ = ["read"]

_NUMBERED = re.compile(r"(.+)_([1-9][0-9]{0,5})")


def read(layers: Sequence[dict[str, Any]], inputs: Sequence[str], outputs: Any) -> Network:
    """The network of a flat list as returned by `expand`. Raises ValueError for a reference that
    leads nowhere."""
    reader = _Reader(Network(tuple(inputs), []))
    for layer in layers:
        reader.add(layer)
    _find_roots(reader.network.items)
    network = reader.network
    if isinstance(outputs, str):
        network.outputs = reader.tensor(outputs)
    elif outputs is not None:
        network.outputs = tuple(reader.tensor(text) for text in outputs)
    return network


class _Reader:
    def __init__(self, network: Network) -> None:
        self.network = network
        self.named: dict[str, Item] = {}

    def add(self, layer: dict[str, Any]) -> None:
        arguments = dict(layer)
        kind = arguments.pop("type")
        item = Item(kind, arguments, self.takes(arguments.pop("inputs", None)))
        if isinstance(arguments.get("name"), str):
            item.name = arguments.pop("name")
        if kind == "Shared":
            item.shares = self.tensor(arguments.pop("layer"))
        if kind == "Model" and isinstance(arguments.get("layers"), list):
            names = tuple(item.takes) if isinstance(item.takes, dict) else ("input",)
            item.inner = read(arguments.pop("layers"), names, arguments.pop("outputs", None))
        if isinstance(item.name, str):
            self.named[item.name] = item
        self.network.items.append(item)

    def takes(self, written: Any) -> Any:
        if written is None:
            items = self.network.items
            return Tensor(items[-1]) if items else Tensor(self.network.inputs[0])
        if isinstance(written, str):
            return self.tensor(written)
        if isinstance(written, dict):
            return {key: self.takes(part) for key, part in written.items()}
        if isinstance(written, (list, tuple)):
            return [self.takes(part) for part in written]
        return written

    def tensor(self, text: str) -> Tensor:
        reference, items = read_reference(text), self.network.items
        if reference is not None and reference.back is not None:
            if reference.back <= len(items):
                return Tensor(items[-reference.back], reference.output)
            if reference.back == len(items) + 1 and len(self.network.inputs) == 1:
                return Tensor(self.network.inputs[0], reference.output)
        elif reference is not None and reference.name in self.network.inputs:
            return Tensor(str(reference.name), reference.output)
        elif reference is not None and reference.name in self.named:
            return Tensor(self.named[str(reference.name)], reference.output)
        raise ValueError(f'"{text}" names no layer above')


def _find_roots(items: list[Item]) -> None:
    """Set the roots of names that unfolding would number: skip, skip_1, skip_2, in that order.

    Unfolding takes the first free number, so all smaller ones must be used further up.
    """
    next_number: dict[str, int] = {}
    for item in items:
        if not isinstance(item.name, str):
            continue
        item.root = item.name
        match = _NUMBERED.fullmatch(item.name)
        if match is not None and next_number.get(match[1]) == int(match[2]):
            item.root = match[1]
            next_number[match[1]] += 1
        next_number.setdefault(item.name, 1)
