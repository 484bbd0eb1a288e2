"""A flat list of entries as written in a spec: a unique name and one spelling for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kspec.errors import Place
from kspec.spec.expansion.wiring import Entry, Tensor, Tensors
from kspec.spec.node import Node, node_of

__all__ = ["canonical"]


def canonical(
    flat: Sequence[Entry],
    inputs: tuple[str, ...],
    place: Place,
    given: Tensors | None,
    outputs: Node | None,
) -> tuple[Node, Node | None]:
    """The layers of `flat` and the outputs of the network as nodes.

    `inputs` is left out if it is the layer before; a reference is the name of the layer, or counts
    back if the layer has none.
    """
    names = _names(flat, inputs)
    writer = _Writer({id(entry): index for index, entry in enumerate(flat)}, names, inputs)
    layers = [writer.layer(index, entry) for index, entry in enumerate(flat)]
    if given is None or outputs is None:
        return Node(layers, place), None
    texts = [writer.text(tensor, len(flat)) for tensor in given]
    written = node_of(
        texts if isinstance(outputs.value, list) or len(texts) != 1 else texts[0], outputs.place
    )
    return Node(layers, place), written


class _Writer:
    def __init__(
        self, places: dict[int, int], names: list[str | None], inputs: tuple[str, ...]
    ) -> None:
        self.places = places
        self.names = names
        self.inputs = inputs

    def layer(self, index: int, entry: Entry) -> Node:
        node = entry.node
        if not isinstance(node.value, dict):
            return node
        members, keys = dict(node.value), dict(node.keys)
        inputs, name = node.get("inputs"), self.names[index]
        if name is not None:
            members["name"] = Node(name, members["name"].place)
        if entry.shares is not None:
            members["layer"] = Node(self.called(entry.shares, index), members["layer"].place)
        if self.is_default(index, entry.takes):
            members.pop("inputs", None)
            keys.pop("inputs", None)
        elif entry.takes:
            where = node.place if inputs is None else inputs.place
            members["inputs"] = self.written(entry.takes, index, inputs, where)
            keys.setdefault("inputs", where)
        return Node(members, node.place, keys)

    def is_default(self, index: int, takes: Any) -> bool:
        if isinstance(takes, list) and len(takes) == 1:
            return False  # A call with a list of one tensor differs from one with the tensor.
        if not isinstance(takes, tuple) or len(takes) != 1 or takes[0].output is not None:
            return False
        source = takes[0].source
        if isinstance(source, str):
            return index == 0 and self.inputs == (source,)
        return self.places[id(source)] == index - 1

    def written(self, takes: Any, index: int, written: Node | None, place: Place) -> Node:
        """The inputs of an entry as references; each part keeps the place where it was written."""
        if isinstance(takes, tuple):
            texts = [Node(self.text(tensor, index), place) for tensor in takes]
            return texts[0] if len(texts) == 1 else Node(texts, place)
        if isinstance(takes, dict):
            members = {}
            for key, part in takes.items():
                below = written.get(key) if written is not None else None
                members[key] = self.written(part, index, below, below.place if below else place)
            return Node(members, place, written.keys if written is not None else {})
        if isinstance(takes, list):
            items: list[Node] = []
            for number, part in enumerate(takes):
                below = written.value[number] if written is not None else None
                node = self.written(part, index, below, below.place if below else place)
                # Within a list, a block with several outputs stands for all of them.
                several = isinstance(part, tuple) and len(part) > 1
                items += node.value if several else [node]
            return Node(items, place)
        return Node(takes, place)

    def text(self, tensor: Tensor, index: int) -> str:
        name = (
            tensor.source if isinstance(tensor.source, str) else self.called(tensor.source, index)
        )
        return name if tensor.output is None else f"{name}[{tensor.output}]"

    def called(self, entry: Entry, index: int) -> str:
        place = self.places[id(entry)]
        return self.names[place] or f"#-{index - place}"


def _names(flat: Sequence[Entry], inputs: tuple[str, ...]) -> list[str | None]:
    """A name for each entry that has one; names from blocks and repeats are numbered if taken."""
    taken = set(inputs)
    taken |= {name for entry in flat if entry.within is None and (name := _name(entry))}
    names: list[str | None] = []
    for entry in flat:
        name = _name(entry)
        if name is not None and entry.within is not None:
            base = "_".join((*entry.within, name))
            name, number = base, 0
            while name in taken:
                number += 1
                name = f"{base}_{number}"
            taken.add(name)
        names.append(name)
    return names


def _name(entry: Entry) -> str | None:
    name = entry.node.get("name")
    return name.value if name is not None and isinstance(name.value, str) else None
