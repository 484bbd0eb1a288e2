"""Keys that are nearly right, put right: one slip is one message, and it hides nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from pydantic import BaseModel

from kspec.errors import Problem
from kspec.spec import catalog
from kspec.spec.models import Data, Expect, Reference, Spec, Training
from kspec.spec.node import Node
from kspec.spelling import nearest

__all__ = ["BLOCK_KEYS", "REPEAT_KEYS", "SPEC_KEYS", "put_right"]

SPEC_KEYS = (
    *(field.alias or name for name, field in Spec.model_fields.items()),
    *("extends", "blocks", "variables"),
)
"""What a spec file may say at its top."""

BLOCK_KEYS = ("description", "parameters", "inputs", "layers", "outputs")
REPEAT_KEYS = ("repeat", "as", "layers", "inputs", "name")

# The parts of a spec that are closed objects of the language.
_PARTS: dict[str, type[BaseModel]] = {
    "data": Data,
    "training": Training,
    "expect": Expect,
    "reference": Reference,
}

_KINDS_OF_ITEM = ("type", "block", "repeat")

Correct = Callable[[Node, Iterable[str], str], Node]


def put_right(node: Node) -> tuple[Node, list[Problem]]:
    """A spec with each key that is nearly one of the language's under its right name.

    Returns also what was misspelt. Keys that are near to none are left for others to refuse, and so
    are those that stand beside the right one.
    """
    if not isinstance(node.value, dict):
        return node, []
    repair = _Repair()
    node = repair.keys(node, SPEC_KEYS, "a spec")
    blocks = node.get("blocks")
    if blocks is not None and isinstance(blocks.value, dict):
        blocks = _each(blocks, lambda name, block: repair.block(name, block))
        node = _with(node, "blocks", blocks)
        repair.parameters = dict(_parameters(blocks))
    for key in ("layers", "augmentation"):
        node = repair.items(node, key)
    for key, model in _PARTS.items():
        node = repair.part(node, key, model)
    if blocks is not None and repair.parameters:
        node = _with(node, "blocks", _each(blocks, lambda _, block: repair.items(block, "layers")))
    return node, repair.problems


class _Repair:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.parameters: dict[str, tuple[str, ...]] = {}

    def keys(self, node: Node, known: Iterable[str], what: str, noun: str = "key") -> Node:
        """An object with its keys spelled as those that `what` has."""
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

    def part(self, node: Node, key: str, model: type[BaseModel]) -> Node:
        """An object with the keys of its part `key` put right."""
        part = node.get(key)
        if part is None or not isinstance(part.value, dict):
            return node
        return _with(node, key, self.keys(part, tuple(model.model_fields), f'"{key}"'))

    def block(self, name: str, node: Node) -> Node:
        if not isinstance(node.value, dict):
            return node
        return self.keys(node, BLOCK_KEYS, f'block "{name}"')

    def items(self, node: Node, key: str) -> Node:
        """An object with the items of its list `key` put right."""
        items = node.get(key)
        if items is None or not isinstance(items.value, list):
            return node
        return _with(node, key, Node([self.item(each) for each in items.value], items.place))

    def item(self, node: Node) -> Node:
        if not isinstance(node.value, dict):
            return node
        if not any(kind in node.value for kind in _KINDS_OF_ITEM):
            node = self.kind_of_item(node)
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

    def kind_of_item(self, node: Node) -> Node:
        """A layer of which the key that says what it is was misspelt."""
        for key in node.value:
            meant = nearest(key, _KINDS_OF_ITEM)
            if meant is not None and key != "dtype":
                message = f'a layer has no key "{key}". Did you mean "{meant}"?'
                self.problems.append(Problem(node.keys[key], message, "unknown-key"))
                return _renamed(node, {key: meant})
        return node

    def layer(self, node: Node, name: object) -> Node:
        entry = catalog.find("layers", name) if isinstance(name, str) else None
        if not isinstance(entry, catalog.Entry) or entry.others is not None:
            return node
        # The other arguments hide nothing: the check of them says what each is near to.
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
