"""Layer lists without blocks and repeats: one flat list of entries, wired to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kspec.errors import Place
from kspec.spec.expansion.blocks import Block
from kspec.spec.expansion.canonical import canonical
from kspec.spec.expansion.complaints import Complaints, did_you_mean, listed
from kspec.spec.expansion.substitute import Scope, Substitution
from kspec.spec.expansion.wiring import Entry, LayerList, Tensor, Tensors, brought_in
from kspec.spec.misspelt import REPEAT_KEYS
from kspec.spec.naming import name_fault
from kspec.spec.node import Node, node_of
from kspec.spec.shown import shown

__all__ = ["MAX_LAYERS", "Unfolding"]

MAX_LAYERS = 10_000
MAX_DEPTH = 50

# The output of an invalid item: one tensor, which causes no further problems.
_UNKNOWN = (Tensor("unknown"),)


@dataclass(frozen=True)
class _Context:
    """Where an item is: its variables, its list, the flat list that it goes to, the blocks being
    unfolded around it and the labels of their uses, None outside blocks and repeats."""

    scope: Scope
    here: LayerList
    flat: list[Entry]
    blocks: tuple[str, ...] = ()
    labels: tuple[str, ...] | None = None


@dataclass
class Unfolding:
    """Unfolds the layer lists of one spec."""

    blocks: Mapping[str, Block]
    variables: Scope
    substitute: Substitution
    complain: Complaints
    count: int = field(default=0)

    def network(
        self, layers: Node, inputs: Mapping[str, Place], outputs: Node | None, scope: Scope
    ) -> tuple[Node, Node | None]:
        """The flat list of a network and its outputs, both as they are written in a spec."""
        for name, place in inputs.items():
            fault = name_fault(name)
            if fault is not None:
                self.complain(place, fault, "bad-name")
        entering: dict[str, Tensors] = {name: (Tensor(name),) for name in inputs}
        here = LayerList(entering, self.complain, later=_later(layers))
        flat: list[Entry] = []
        self.items(layers, _Context(scope, here, flat))
        given = None
        if outputs is not None and outputs.value is not None:
            given = self.outputs(outputs, here, scope) or None
        return canonical(flat, tuple(inputs), layers.place, given, outputs)

    def row(self, layers: Node, scope: Scope) -> Node:
        """A flat list of layers without wiring: each takes the output of the one before."""
        here = LayerList({"input": (Tensor("input"),)}, self.complain, later=_later(layers))
        flat: list[Entry] = []
        self.items(layers, _Context(scope, here, flat))
        for entry in flat:
            inputs = entry.node.get("inputs")
            if inputs is not None:
                message = 'these layers are a plain sequence; only those in "layers" have "inputs"'
                self.complain(entry.node.keys["inputs"], message, "refused")
        return Node([entry.node for entry in flat], layers.place)

    def items(self, layers: Node, at: _Context) -> None:
        """Unfold the items of a list; the outputs of each are added to the results of `at.here`."""
        for item in layers.value:
            if self.count > MAX_LAYERS:
                return
            before = len(at.here.results)
            name = item.get("name")
            if item.get("block") is not None:
                gives = self.use_block(item, at)
            elif item.get("repeat") is not None:
                gives = self.repeat(item, at)
            else:
                gives = self.layer(item, at)
                name = None  # Already substituted and registered with the layer.
            if name is not None:
                name = self.substitute(name, at.scope)
                if isinstance(name.value, str):
                    at.here.label(name)
                else:
                    at.here.says(name.place, '"name" must be text', "wrong-type")
            assert len(at.here.results) == before
            at.here.results.append(gives)

    def layer(self, item: Node, at: _Context) -> Tensors:
        self.count += 1
        if self.count > MAX_LAYERS:
            message = f"the spec unfolds to more than {MAX_LAYERS:,} layers"
            self.complain(item.place, message, "too-large")
        kind = item.get("type")
        nested = kind is not None and kind.value == "Model" and item.get("layers") is not None
        node = self.substitute(item.without("layers", "outputs") if nested else item, at.scope)
        entry = Entry(node, within=at.labels)
        inputs = node.get("inputs")
        if inputs is not None:
            entry.takes = at.here.read(inputs, alone=True)
        elif isinstance(node.value, dict):
            entry.takes = at.here.the_one_before(node.place, "layer")
        outputs = 1
        if nested:
            entry.node, outputs = self.nested(item, node, at.scope)
        elif kind is not None and kind.value == "Shared":
            entry.shares = self.shared(node, at.here)
            outputs = 1 if entry.shares is None else entry.shares.outputs
        entry.node = _brought_in(entry.node, at.here.users)
        at.flat.append(entry)
        name = node.get("name")
        if name is not None and isinstance(name.value, str):
            at.here.label(name)
        entry.outputs = outputs
        if outputs > 1:
            return tuple(Tensor(entry, number) for number in range(outputs))
        return (Tensor(entry),)

    def nested(self, item: Node, node: Node, scope: Scope) -> tuple[Node, int]:
        """A Model with its own layers unfolded, and how many outputs it has."""
        layers, outputs, inputs = item.value["layers"], item.get("outputs"), node.get("inputs")
        members, keys = dict(node.value), dict(node.keys)
        keys["layers"] = item.keys["layers"]
        if not isinstance(layers.value, list):
            members["layers"] = layers
            return Node(members, node.place, keys), 1
        by_name = inputs is not None and isinstance(inputs.value, dict)
        names = inputs.keys if inputs is not None and by_name else {"input": node.place}
        members["layers"], given = self.network(layers, names, outputs, scope)
        if given is not None and outputs is not None:
            members["outputs"] = given
            keys["outputs"] = item.keys["outputs"]
        count = len(given.value) if given is not None and isinstance(given.value, list) else 1
        return Node(members, node.place, keys), count

    def shared(self, node: Node, here: LayerList) -> Entry | None:
        """The layer that a Shared calls again."""
        named = node.get("layer")
        if named is None or not isinstance(named.value, str):
            return None  # The check of arguments reports it.
        found = here.find(named.value, named.place)
        if not found:
            return None
        source = found[0].source
        if isinstance(source, str) or any(tensor.source is not source for tensor in found):
            what = "an input" if isinstance(source, str) else "a block"
            message = f'"{named.value}" is {what}; Shared calls one layer again'
            here.says(named.place, message, "reference")
            return None
        return source.shares or source

    def use_block(self, item: Node, at: _Context) -> Tensors:
        block = self.named_block(item.value["block"], at)
        if block is None or not self.substitute.spend(1, item.place):
            return _UNKNOWN
        scope = self.arguments(block, item, at)
        if scope is None:
            return _UNKNOWN
        entering = self.entering(block, item, at)
        if entering is None:
            return _UNKNOWN
        users = (item.place, *at.here.users)
        here = LayerList(
            entering,
            self.complain,
            users=users,
            where=f'block "{block.name}"',
            later=_later(block.layers),
        )
        name = self.label_of(item, at)
        labels = (*(at.labels or ()), *([name] if name else []))
        self.items(block.layers, _Context(scope, here, at.flat, (*at.blocks, block.name), labels))
        if block.outputs is not None:
            return self.outputs(block.outputs, here, scope)
        return here.before()

    def named_block(self, named: Node, at: _Context) -> Block | None:
        named = self.substitute(named, at.scope)
        name = named.value
        if not isinstance(name, str):
            message = f'"block" must be the name of a block, not {shown(name)}'
            at.here.says(named.place, message, "wrong-type")
            return None
        if name not in self.blocks:
            known = tuple(self.blocks)
            others = f"; the blocks are {listed(known)}" if known else "; the spec has no blocks"
            hint = did_you_mean(name, known, others)
            at.here.says(named.place, f'there is no block "{name}"{hint}', "unknown-block")
            return None
        if name in at.blocks or len(at.blocks) >= MAX_DEPTH:
            circle = " → ".join((*at.blocks, name))
            at.here.says(named.place, f"blocks use each other in a circle: {circle}", "circle")
            return None
        return self.blocks[name]

    def arguments(self, block: Block, item: Node, at: _Context) -> Scope | None:
        """The variables within a use of `block`; None if a parameter is missing."""
        inner = dict(self.variables)
        for key, child in item.value.items():
            if key in ("block", "inputs", "name"):
                continue
            if key in block.parameters:
                inner[key] = self.substitute(child, at.scope)
            else:
                known = (*block.parameters, "inputs", "name")
                place = brought_in(item.keys[key], at.here.users)
                # A block must declare its parameters, which is easily forgotten.
                declared = f'; its "parameters" would be {{"{key}": null}}'
                otherwise = f"; it takes {listed(known)}" if block.parameters else declared
                hint = did_you_mean(key, known, otherwise)
                self.complain(place, f'block "{block.name}" has no "{key}"{hint}', "unknown-key")
        for key, default in block.parameters.items():
            if key in item.value:
                continue
            if default.value is None:
                message = f'block "{block.name}" needs "{key}"'
                at.here.says(item.place, message, "missing-parameter")
                return None
            inner[key] = self.substitute(default, self.variables)
        return inner

    def entering(self, block: Block, item: Node, at: _Context) -> dict[str, Tensors] | None:
        """The tensors that enter a use of `block`, by the names of its inputs."""
        inputs = item.get("inputs")
        names = block.inputs
        if inputs is None:
            before = at.here.before()
            if len(before) != len(names) and len(names) == 1:
                before = at.here.the_one_before(item.place, "block")
            elif len(before) != len(names):
                message = f'block "{block.name}" takes {listed(names)}; name them with "inputs"'
                at.here.says(item.place, message, "ambiguous-input")
                return None
            return {name: (tensor,) for name, tensor in zip(names, before, strict=False)}
        taken = at.here.read(self.substitute(inputs, at.scope))
        if isinstance(taken, dict) and set(taken) == set(names):
            return {name: _spliced(taken[name]) for name in names}
        tensors = () if isinstance(taken, dict) else _spliced(taken)
        if len(tensors) == len(names):
            return {name: (tensor,) for name, tensor in zip(names, tensors, strict=True)}
        if len(names) == 1 and tensors:
            return {names[0]: tensors}
        if tensors or isinstance(taken, dict):
            message = f'block "{block.name}" takes {listed(names)}, {len(names)} in all'
            at.here.says(inputs.place, message, "reference")
        return None

    def repeat(self, item: Node, at: _Context) -> Tensors:
        for key in item.value:
            if key not in REPEAT_KEYS:
                place = brought_in(item.keys[key], at.here.users)
                self.complain.unknown_key(place, key, "repeat", REPEAT_KEYS)
        times = self.substitute(item.value["repeat"], at.scope)
        layers, index = item.get("layers"), item.get("as")
        if layers is None or not isinstance(layers.value, list):
            at.here.says(item.place, 'repeat needs "layers", a list', "missing-key")
            return _UNKNOWN
        if not isinstance(times.value, int) or isinstance(times.value, bool) or times.value < 0:
            at.here.says(times.place, "repeat takes a whole number, 0 or more", "wrong-type")
            return _UNKNOWN
        if index is not None and not isinstance(index.value, str):
            at.here.says(index.place, '"as" names the index of the repeat', "wrong-type")
            return _UNKNOWN
        if index is not None and not self.complain.good_name(index.value, index.place):
            return _UNKNOWN
        inputs = item.get("inputs")
        enters = (
            at.here.before()
            if inputs is None
            else _spliced(at.here.read(self.substitute(inputs, at.scope)))
        )
        name = self.label_of(item, at)
        labels = (*(at.labels or ()), *([name] if name else []))
        for number in range(times.value):
            scope = dict(at.scope)
            if index is not None:
                scope[index.value] = node_of(number, index.place)
            here = LayerList(
                {"input": enters},
                self.complain,
                outer=at.here,
                users=at.here.users,
                where="the repeat",
                later=_later(layers),
            )
            before = self.count
            self.items(layers, _Context(scope, here, at.flat, at.blocks, labels))
            enters = here.before()
            if self.count > MAX_LAYERS or self.count == before:
                break
        return enters

    def label_of(self, item: Node, at: _Context) -> str | None:
        name = item.get("name")
        value = None if name is None else self.substitute(name, at.scope).value
        return value if isinstance(value, str) else None

    def outputs(self, node: Node, here: LayerList, scope: Scope) -> Tensors:
        """The tensors that "outputs" of a block or a network lists."""
        node = self.substitute(node, scope)
        texts = node.value if isinstance(node.value, list) else [node]
        if not texts or not all(isinstance(each.value, str) for each in texts):
            here.says(node.place, '"outputs" is a reference, or a list of them', "wrong-type")
            return ()
        return tuple(tensor for each in texts for tensor in here.find(each.value, each.place))


def _spliced(taken: Any) -> Tensors:
    """The tensors in what was read, flattened, without numbers."""
    return tuple(_tensors(taken))


def _tensors(taken: Any) -> Iterator[Tensor]:
    if isinstance(taken, Tensor):
        yield taken
    elif isinstance(taken, (list, tuple)):
        for part in taken:
            yield from _tensors(part)


def _later(layers: Node) -> dict[str, tuple[int, Place]]:
    """The names in a list of layers as they are written, with the index and place of each."""
    named = [(index, item.get("name")) for index, item in enumerate(layers.value)]
    return {
        name.value: (index, name.place)
        for index, name in reversed(named)
        if name is not None and isinstance(name.value, str)
    }


def _brought_in(node: Node, users: tuple[Place, ...]) -> Node:
    for user in users:
        node = node.used_by(user)
    return node
