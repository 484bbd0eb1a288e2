"""The blocks that a spec defines."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.errors import Place
from kspec.spec.expansion.complaints import Complaints
from kspec.spec.misspelt import BLOCK_KEYS
from kspec.spec.naming import name_fault
from kspec.spec.node import Node

__all__ = ["Block", "read_blocks"]


@dataclass(frozen=True)
class Block:
    """A list of layers with parameters; `inputs` are the names of its inputs within it."""

    name: str
    parameters: dict[str, Node]
    inputs: tuple[str, ...]
    layers: Node
    outputs: Node | None


def read_blocks(node: Node | None, complain: Complaints) -> dict[str, Block]:
    """The blocks of the object `node`; invalid ones are reported and left out."""
    if node is None:
        return {}
    if not isinstance(node.value, dict):
        complain(node.place, '"blocks" is an object of named blocks', "wrong-type")
        return {}
    read = {
        name: _block(name, child, node.keys[name], complain) for name, child in node.value.items()
    }
    return {name: block for name, block in read.items() if block is not None}


def _block(name: str, node: Node, place: Place, complain: Complaints) -> Block | None:
    if not isinstance(node.value, dict):
        complain(place, f'block "{name}" is an object with "layers"', "wrong-type")
        return None
    for key in node.value:
        if key not in BLOCK_KEYS:
            complain.unknown_key(node.keys[key], key, f'block "{name}"', BLOCK_KEYS)
    description = node.get("description")
    if description is not None and not isinstance(description.value, str | None):
        complain(description.place, f'the description of block "{name}" is text', "wrong-type")
    layers = node.get("layers")
    if layers is None or not isinstance(layers.value, list):
        where = place if layers is None else layers.place
        complain(where, f'block "{name}" needs "layers", a list', "missing-key")
        return None
    parameters = node.get("parameters") or Node({}, node.place)
    if not isinstance(parameters.value, dict):
        message = f'the parameters of block "{name}" are an object of names and defaults'
        complain(parameters.place, message, "wrong-type")
        return None
    good = {
        key: child
        for key, child in parameters.value.items()
        if complain.good_name(key, parameters.keys[key])
    }
    inputs = _inputs(name, node.get("inputs"), complain)
    return None if inputs is None else Block(name, good, inputs, layers, node.get("outputs"))


def _inputs(name: str, node: Node | None, complain: Complaints) -> tuple[str, ...] | None:
    if node is None:
        return ("input",)
    names = node.plain()
    if isinstance(names, list) and names and all(isinstance(each, str) for each in names):
        for child in node.value:
            fault = name_fault(child.value)
            if fault is not None:
                complain(child.place, fault, "bad-name")
        if len(set(names)) == len(names):
            return tuple(names)
        complain(node.place, f'block "{name}" has two inputs of the same name', "duplicate-name")
        return None
    message = f'the inputs of block "{name}" are a list of the names by which its layers know them'
    complain(node.place, message, "wrong-type")
    return None
