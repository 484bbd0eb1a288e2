"""The `blocks`, `layers` and `outputs` of a valid spec as items that take tensors.

References are resolved as in `kspec.spec.expansion`, but nothing is unfolded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kspec.spec.eject.items import Block, Entering, Item, Network, Tensor
from kspec.spec.graph import read_reference

__all__ = ["CannotFollowError", "Formula", "read", "values_of"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class CannotFollowError(Exception):
    """Something that a flat list of layers expresses more plainly than Python functions."""


class Formula(str):
    """The text after `$`: the name of a parameter or variable, or arithmetic in parentheses."""


def read(written: Mapping[str, Any], inputs: Sequence[str]) -> Network:
    """The network in the plain values of a spec as written, with `$` and all.

    Raises CannotFollowError for a block or a repeat that is better unfolded.
    """
    return _Reader(written.get("blocks") or {}).network(
        written["layers"], tuple(inputs), written.get("outputs")
    )


class _Reader:
    def __init__(self, blocks: Mapping[str, Any]) -> None:
        self.written = blocks
        self.blocks: dict[str, Block] = {}

    def network(self, layers: Sequence[Any], inputs: tuple[str, ...], outputs: Any) -> Network:
        network = Network(tuple(Entering(name) for name in inputs))
        self.fill(network, layers, outputs, None)
        return network

    def block(self, name: Any) -> Block:
        if not isinstance(name, str) or name.startswith("$"):
            raise CannotFollowError
        if name not in self.blocks:
            written = self.written[name]
            entering = tuple(Entering(each) for each in written.get("inputs") or ["input"])
            block = Block(
                entering, name=name, parameters=values_of(written.get("parameters") or {})
            )
            self.fill(block, written["layers"], written.get("outputs"), None)
            self.blocks[name] = block
        return self.blocks[name]

    def fill(
        self, network: Network, layers: Sequence[Any], outputs: Any, outer: _List | None
    ) -> None:
        here = _List(network, outer)
        for written in layers:
            item = self.item(written, here)
            network.items.append(item)
            here.results.append(
                tuple(Tensor(item, number) for number in range(item.gives))
                if item.gives > 1
                else (Tensor(item),)
            )
            if item.name is not None:
                here.labels[item.name] = len(here.results) - 1
        if outputs is not None:
            outputs = values_of(outputs)
            texts = [outputs] if isinstance(outputs, str) else outputs
            network.outputs = tuple(tensor for text in texts for tensor in here.find(text))
            network.gives_list = not isinstance(outputs, str)
        if not network.items:
            raise CannotFollowError

    def item(self, written: Mapping[str, Any], here: _List) -> Item:
        values = values_of(written)
        name, inputs = values.pop("name", None), values.pop("inputs", None)
        if name is not None and (not isinstance(name, str) or isinstance(name, Formula)):
            raise CannotFollowError
        if "block" in values:
            return self.use(values, name, inputs, here)
        if "repeat" in values:
            return self.repeat(values, written, name, inputs, here)
        kind = values.pop("type")
        if isinstance(kind, Formula):
            raise CannotFollowError
        takes = here.the_one_before() if inputs is None else here.read(inputs)
        item = Item(kind, values, takes, name)
        if kind == "Shared":
            (found,) = here.find(values.pop("layer"))
            if not isinstance(found.source, Item):
                raise CannotFollowError
            item.shares = found.source.shares or found.source
            item.shares.is_shared = True
        elif kind == "Model" and "layers" in values:
            values.pop("layers")
            values.pop("outputs", None)
            names = tuple(takes) if isinstance(takes, dict) else ("input",)
            item.inner = self.network(written["layers"], names, written.get("outputs"))
            item.gives = len(item.inner.outputs or "1")
        return item

    def use(self, values: dict[str, Any], name: str | None, inputs: Any, here: _List) -> Item:
        block = self.block(values.pop("block"))
        names = [each.name for each in block.entering]
        taken = here.before() if inputs is None else here.read(inputs)
        if isinstance(taken, dict):
            taken = tuple(taken[each] for each in names)
        row = _spliced(taken)
        if len(row) != len(names):
            raise CannotFollowError
        item = Item(block.name, values, row, name, block=block)
        item.gives = _width(block)
        return item

    def repeat(
        self,
        values: dict[str, Any],
        written: Mapping[str, Any],
        name: str | None,
        inputs: Any,
        here: _List,
    ) -> Item:
        enters = _spliced(here.before() if inputs is None else here.read(inputs))
        if len(enters) != 1:
            raise CannotFollowError
        inner = Network((Entering("input"),))
        self.fill(inner, written["layers"], None, here)
        if _width(inner) != 1:
            raise CannotFollowError
        return Item(
            "repeat",
            {},
            enters,
            name,
            inner=inner,
            times=values["repeat"],
            index=values.get("as"),
        )


class _List:
    """A list while it is read: the outputs of the items so far, and their names."""

    def __init__(self, network: Network, outer: _List | None) -> None:
        self.entering = {each.name: (Tensor(each),) for each in network.entering}
        self.outer = outer
        self.results: list[tuple[Tensor, ...]] = []
        self.labels: dict[str, int] = {}

    def before(self) -> tuple[Tensor, ...]:
        return self.results[-1] if self.results else self.enters()

    def enters(self) -> tuple[Tensor, ...]:
        return tuple(tensor for tensors in self.entering.values() for tensor in tensors)

    def the_one_before(self) -> Tensor:
        (tensor,) = self.before()
        return tensor

    def read(self, inputs: Any) -> Any:
        if isinstance(inputs, Formula):
            raise CannotFollowError
        if isinstance(inputs, str):
            found = self.find(inputs)
            return found[0] if len(found) == 1 else list(found)
        if isinstance(inputs, list):
            items: list[Any] = []
            for part in inputs:
                read = self.read(part)
                # Within a list, a block with several outputs stands for all of them.
                several = isinstance(part, str) and isinstance(read, list)
                items += read if several else [read]
            return items
        if isinstance(inputs, dict):
            return {key: self.read(part) for key, part in inputs.items()}
        return inputs

    def find(self, text: str) -> tuple[Tensor, ...]:
        reference = read_reference(text)
        if isinstance(text, Formula) or reference is None:
            raise CannotFollowError
        if reference.back is not None:
            within = reference.back <= len(self.results)
            found = self.results[-reference.back] if within else self.enters()
        else:
            found = self.named(str(reference.name))
        if reference.output is None:
            return found
        if len(found) > 1:
            return (found[reference.output],)
        return (replace(found[0], output=reference.output),)

    def named(self, name: str) -> tuple[Tensor, ...]:
        around: _List | None = self
        while around is not None:
            if name in around.entering:
                return around.entering[name]
            if name in around.labels:
                return around.results[around.labels[name]]
            around = around.outer
        raise CannotFollowError


def _width(network: Network) -> int:
    if network.outputs is not None:
        return len(network.outputs)
    return network.items[-1].gives


def _spliced(taken: Any) -> tuple[Tensor, ...]:
    if isinstance(taken, Tensor):
        return (taken,)
    if isinstance(taken, (list, tuple)):
        return tuple(tensor for part in taken for tensor in _spliced(part))
    return ()


def values_of(value: Any) -> Any:
    """Plain values with `$…` as a Formula, distinct from text."""
    if isinstance(value, Mapping):
        return {key: values_of(child) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [values_of(child) for child in value]
    if isinstance(value, str) and value.startswith("$"):
        return value[1:] if value.startswith("$$") else Formula(value[1:])
    return value
