"""Corrects misspelt keys, so that one typo is one message and hides no other problem."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from pydantic import BaseModel

from kspec.errors import Problem
from kspec.spec import catalog
from kspec.spec.models import KerasObject, Spec
from kspec.spec.models.keys import fields_of, keys_of, model_within
from kspec.spec.node import Node
from kspec.spelling import nearest

__all__ = ["BLOCK_KEYS", "REPEAT_KEYS", "put_right"]

BLOCK_KEYS = ("description", "parameters", "inputs", "layers", "outputs")
REPEAT_KEYS = ("repeat", "as", "layers", "inputs", "name")

_KINDS_OF_ITEM = ("type", "block", "repeat")

# Lists of items: blocks and repeats may stand among their layers.
_ITEMS = ("layers", "augmentation")


def put_right(node: Node) -> tuple[Node, list[Problem]]:
    """A spec with each misspelt key of the language corrected, and the problems to report.

    Keys that resemble none are left for later checks to refuse, and so are misspelt keys beside the
    right one.
    """
    if not isinstance(node.value, dict):
        return node, []
    repair = _Repair()
    node = repair.model(node, Spec, "a spec")
    blocks = node.get("blocks")
    if blocks is not None and isinstance(blocks.value, dict):
        blocks = _each(blocks, lambda name, block: repair.block(name, block))
        node = _with(node, "blocks", blocks)
        repair.parameters = dict(_parameters(blocks))
    for key in _ITEMS:
        node = repair.items(node, key)
    if blocks is not None and repair.parameters:
        node = _with(node, "blocks", _each(blocks, lambda _, block: repair.items(block, "layers")))
    return node, repair.problems


class _Repair:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.parameters: dict[str, tuple[str, ...]] = {}

    def keys(self, node: Node, known: Iterable[str], what: str, noun: str = "key") -> Node:
        """An object with its misspelt keys corrected to `known`, those of `what`."""
        known = tuple(known)
        renamed: dict[str, str] = {}
        for key in node.value:
            meant = None if key in known else nearest(key, known)
            if meant is not None and meant not in node.value and meant not in renamed.values():
                renamed[key] = meant
                message = f'{what} has no {noun} "{key}". Did you mean "{meant}"?'
                code = f"unknown-{noun}"
                self.problems.append(Problem(node.keys[key], message, code))
        return _renamed(node, renamed) if renamed else node

    def model(self, node: Node, model: type[BaseModel], what: str) -> Node:
        """An object of the language, and those within it, with their keys corrected."""
        if issubclass(model, KerasObject):
            return self.kind(node, ("type",), what)
        node = self.keys(node, keys_of(model), what)
        for name, field in fields_of(model).items():
            inner, child = model_within(field.annotation), node.get(name)
            if inner is not None and child is not None and name not in _ITEMS:
                node = _with(node, name, self.within(child, inner, name))
        return node

    def within(self, node: Node, model: type[BaseModel], name: str) -> Node:
        """The value of a key, which may be a list of objects of the language."""
        if isinstance(node.value, list):
            return Node([self.within(each, model, name) for each in node.value], node.place)
        if not isinstance(node.value, dict):
            return node
        if name == "inputs":
            return _each(node, lambda key, each: self.within(each, model, key))
        return self.model(node, model, f'"{name}"')

    def block(self, name: str, node: Node) -> Node:
        if not isinstance(node.value, dict):
            return node
        return self.keys(node, BLOCK_KEYS, f'block "{name}"')

    def items(self, node: Node, key: str) -> Node:
        """An object with the items of its list `key` corrected."""
        items = node.get(key)
        if items is None or not isinstance(items.value, list):
            return node
        return _with(node, key, Node([self.item(each) for each in items.value], items.place))

    def item(self, node: Node) -> Node:
        if not isinstance(node.value, dict):
            return node
        node = self.kind(node, _KINDS_OF_ITEM, "a layer")
        if "block" in node.value:
            name = node.value["block"].value
            if isinstance(name, str) and name in self.parameters:
                known = ("block", "inputs", "name", *self.parameters[name])
                node = self.keys(node, known, f'block "{name}"')
        elif "repeat" in node.value:
            node = self.keys(node, REPEAT_KEYS, "repeat")
            node = self.items(node, "layers")
        elif "type" in node.value:
            node = self.layer(node, node.value["type"].value)
        return node

    def kind(self, node: Node, kinds: tuple[str, ...], what: str) -> Node:
        """An object with the key that says what it is, one of `kinds`, corrected."""
        if any(kind in node.value for kind in kinds):
            return node
        for key in node.value:
            meant = nearest(key, kinds)
            if meant is not None and key != "dtype":
                message = f'{what} has no key "{key}". Did you mean "{meant}"?'
                self.problems.append(Problem(node.keys[key], message, "unknown-key"))
                return _renamed(node, {key: meant})
        return node

    def layer(self, node: Node, name: object) -> Node:
        entry = catalog.find("layers", name) if isinstance(name, str) else None
        if not isinstance(entry, catalog.Entry) or entry.others is not None:
            return node
        # Other arguments can wait: their own check suggests the nearest name.
        known = {*entry.arguments, "inputs"}
        near = [key for key in node.value if key not in known and key != "type"]
        if any(nearest(key, known) == "inputs" for key in near):
            node = self.keys(node, ("type", "inputs", *entry.arguments), entry.name, "argument")
        return self.items(node, "layers") if entry.name == "Model" else node


def _parameters(blocks: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, block in blocks.value.items():
        parameters = block.get("parameters")
        named = parameters is not None and isinstance(parameters.value, dict)
        yield name, tuple(parameters.value) if named else ()


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    members = {names.get(key, key): child for key, child in node.value.items()}
    keys = {names.get(key, key): place for key, place in node.keys.items()}
    return Node(members, node.place, keys)


def _with(node: Node, key: str, child: Node) -> Node:
    return Node({**node.value, key: child}, node.place, node.keys)


def _each(node: Node, change: Callable[[str, Node], Node]) -> Node:
    members = {name: change(name, child) for name, child in node.value.items()}
    return Node(members, node.place, node.keys)
