"""Layer lists without blocks and repeats: one flat list of entries, wired to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kspec.errors import Place
from kspec.spec.expansion.block_uses import BlockUses
from kspec.spec.expansion.canonical import canonical
from kspec.spec.expansion.complaints import Complaints
from kspec.spec.expansion.context import Context
from kspec.spec.expansion.substitute import Scope, Substitution
from kspec.spec.expansion.wiring import Entry, LayerList, Tensor, Tensors, brought_in, spliced
from kspec.spec.misspelt import REPEAT_KEYS
from kspec.spec.naming import name_fault
from kspec.spec.node import Node, node_of

__all__ = ["MAX_LAYERS", "Unfolding"]

MAX_LAYERS = 10_000

# The output of an invalid item: one tensor, which causes no further problems.
_UNKNOWN = (Tensor("unknown"),)


@dataclass
class Unfolding:
    """Unfolds the layer lists of one spec."""

    uses: BlockUses
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
        self.items(layers, Context(scope, here, flat))
        given = None
        if outputs is not None and outputs.value is not None:
            given = self.outputs(outputs, here, scope) or None
        return canonical(flat, tuple(inputs), layers.place, given, outputs)

    def row(self, layers: Node, scope: Scope) -> Node:
        """A flat list of layers without wiring: each takes the output of the one before."""
        here = LayerList({"input": (Tensor("input"),)}, self.complain, later=_later(layers))
        flat: list[Entry] = []
        self.items(layers, Context(scope, here, flat))
        for entry in flat:
            inputs = entry.node.get("inputs")
            if inputs is not None:
                message = 'these layers are a plain sequence; only those in "layers" have "inputs"'
                self.complain(entry.node.keys["inputs"], message, "refused")
        return Node([entry.node for entry in flat], layers.place)

    def items(self, layers: Node, at: Context) -> None:
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

    def layer(self, item: Node, at: Context) -> Tensors:
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

    def use_block(self, item: Node, at: Context) -> Tensors:
        block = self.uses.block(item, at)
        if block is None or not self.substitute.spend(1, item.place):
            return _UNKNOWN
        scope = self.uses.arguments(block, item, at)
        if scope is None:
            return _UNKNOWN
        entering = self.uses.entering(block, item, at)
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
        labels = self.labels(item, at)
        self.items(block.layers, Context(scope, here, at.flat, (*at.blocks, block.name), labels))
        if block.outputs is not None:
            return self.outputs(block.outputs, here, scope)
        return here.before()

    def repeat(self, item: Node, at: Context) -> Tensors:
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
            else spliced(at.here.read(self.substitute(inputs, at.scope)))
        )
        labels = self.labels(item, at)
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
            self.items(layers, Context(scope, here, at.flat, at.blocks, labels))
            enters = here.before()
            if self.count > MAX_LAYERS or self.count == before:
                break
        return enters

    def labels(self, item: Node, at: Context) -> tuple[str, ...]:
        """The labels of the uses around what is in `item`, its own at the end."""
        name = item.get("name")
        own = None if name is None else self.substitute(name, at.scope).value
        return (*(at.labels or ()), *([own] if own and isinstance(own, str) else []))

    def outputs(self, node: Node, here: LayerList, scope: Scope) -> Tensors:
        """The tensors that "outputs" of a block or a network lists."""
        node = self.substitute(node, scope)
        texts = node.value if isinstance(node.value, list) else [node]
        if not texts or not all(isinstance(each.value, str) for each in texts):
            here.says(node.place, '"outputs" is a reference, or a list of them', "wrong-type")
            return ()
        return tuple(tensor for each in texts for tensor in here.find(each.value, each.place))


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
