"""Writes items in the language: references are by name if there is one, else count back."""

from __future__ import annotations

from typing import Any

from kspec.spec.fold.items import Block, Formula, Item, Network, Parameter, Tensor, before
from kspec.spec.graph import read_reference

__all__ = ["escaped", "write_block", "write_network", "write_outputs"]


def write_network(network: Network) -> list[dict[str, Any]]:
    """The items of a list as in a spec."""
    writer = _Writer(network)
    return [writer.item(index, item) for index, item in enumerate(network.items)]


def write_outputs(network: Network) -> Any:
    """The "outputs" of a list; None if they are not explicit."""
    writer = _Writer(network)
    end = len(network.items)
    if isinstance(network.outputs, tuple):
        return [escaped(writer.text(tensor, end)) for tensor in network.outputs]
    return None if network.outputs is None else escaped(writer.text(network.outputs, end))


def write_block(block: Block) -> dict[str, Any]:
    """A block as in "blocks"."""
    written: dict[str, Any] = {}
    if block.parameters:
        written["parameters"] = {key: escaped(value) for key, value in block.parameters.items()}
    if block.inputs != ("input",):
        written["inputs"] = list(block.inputs)
    written["layers"] = write_network(block)
    outputs = write_outputs(block)
    if outputs is not None:
        written["outputs"] = outputs
    return written


def escaped(value: Any) -> Any:
    """A value as in a spec: a leading `$` of a text is escaped, parameters become `$name`."""
    if isinstance(value, (Parameter, Formula)):
        return value.text
    if isinstance(value, dict):
        return {key: escaped(child) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [escaped(child) for child in value]
    return f"${value}" if isinstance(value, str) and value.startswith("$") else value


class _Writer:
    def __init__(self, network: Network) -> None:
        self.network = network
        self.places = {id(item): index for index, item in enumerate(network.items)}

    def item(self, index: int, item: Item) -> dict[str, Any]:
        written: dict[str, Any]
        if item.is_repeat:
            written = {"repeat": escaped(item.arguments["repeat"])}
            if item.index is not None:
                written["as"] = item.index
        elif item.block is not None:
            written = {"block": item.block.title}
            if item.name is not None:
                written["name"] = escaped(item.name)
            for key in item.block.parameters:
                if key in item.arguments:
                    written[key] = escaped(item.arguments[key])
        else:
            written = {"type": item.type}
            if item.name is not None:
                written["name"] = escaped(item.name)
            written |= {key: escaped(value) for key, value in item.arguments.items()}
        if item.shares is not None:
            written["layer"] = escaped(self.text(item.shares, index))
        if not self.is_default(index, item):
            written["inputs"] = escaped(self.takes(item.takes, index))
        if item.inner is not None:
            written["layers"] = write_network(item.inner)
            outputs = None if item.is_repeat else write_outputs(item.inner)
            if outputs is not None:
                written["outputs"] = outputs
        return written

    def is_default(self, index: int, item: Item) -> bool:
        takes = item.takes
        if item.block is None and not isinstance(takes, Tensor):
            return False  # A call with a list of one tensor differs from one with the tensor.
        return before(self.network, index) == (takes if isinstance(takes, tuple) else (takes,))

    def takes(self, takes: Any, index: int) -> Any:
        if isinstance(takes, Tensor):
            return self.text(takes, index)
        if isinstance(takes, tuple):
            texts = [self.text(tensor, index) for tensor in takes]
            return texts[0] if len(texts) == 1 else texts
        if isinstance(takes, dict):
            return {key: self.takes(part, index) for key, part in takes.items()}
        if isinstance(takes, list):
            return [self.takes(part, index) for part in takes]
        return takes

    def text(self, tensor: Tensor, index: int) -> str:
        source = tensor.source
        if isinstance(source, str):
            name = source
        else:
            name = source.name if isinstance(source.name, str) else ""
            reference = read_reference(name)
            if reference is None or reference.name != name:
                name = f"#-{index - self.places[id(source)]}"
        return name if tensor.output is None else f"{name}[{tensor.output}]"
