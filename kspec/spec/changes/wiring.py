"""The inputs of each layer when only some of the differences are applied.

If a layer is inserted between two others, or removed, these stay connected: the one after it takes
the output of the one before it. The path between two layers that both networks have is a segment,
and its layers form a row, whichever of them are present. A layer whose inputs come from different
places in the two networks takes the ones or the others, which is an atom of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kspec.spec.changes.atom import Atom, State
from kspec.spec.changes.slots import Overlay, Slot
from kspec.spec.graph import Tensor

__all__ = ["Wiring"]

Leaf = tuple[Any, ...]
"""The path of a tensor within the inputs of a layer."""

OUTPUTS = -1
"""In place of a slot: the outputs of the network, which consume tensors too."""


@dataclass(frozen=True)
class _Row:
    """The layers that may follow each other after `anchor`, which is always present."""

    anchor: Tensor
    slots: tuple[int, ...]


class Wiring:
    """The inputs of the layers of an overlay.

    `ties` are sets of atoms that make sense only together: a layer and the change that uses its
    output, a Shared and the layer that it calls.
    """

    def __init__(self, network: Overlay) -> None:
        self.network = network
        self.ties: list[set[Atom]] = []
        self._takes = tuple(self._of_side(side) for side in (0, 1))
        self._rows: dict[tuple[int, Leaf], _Row] = {}
        self._main: dict[int, tuple[Leaf, _Row]] = {}
        self._plain: set[int] = set()
        self.rewired: dict[int, Atom] = {}
        for consumer in (*(slot.number for slot in network.slots if slot.is_both), OUTPUTS):
            self._join(consumer)
        self._tie()

    def inputs(self, consumer: int, state: State) -> Any:
        """The inputs of a slot in `state`, as tensors of slots that are present."""
        before, after = (takes.get(consumer) for takes in self._takes)
        if consumer in self.rewired:
            return self._resolved(after if self.rewired[consumer] in state else before, state)
        if before is not None and after is not None:
            return _mapped(after, lambda leaf, _: self._last(self._rows[consumer, leaf], state))
        main = self._main.get(consumer) if consumer not in self._plain else None

        def taken(leaf: Leaf, tensor: Tensor) -> Tensor:
            if main is not None and leaf == main[0]:
                return self._last(main[1], state)
            return self._resolve(tensor, state)

        return _mapped(before if after is None else after, taken)

    def outputs(self, state: State) -> tuple[Tensor, ...]:
        """The outputs of the network in `state`."""
        return tuple(self.inputs(OUTPUTS, state))

    def _of_side(self, side: int) -> dict[int, Any]:
        """The inputs of each slot in one of the networks, as tensors of slots."""
        network = (self.network.before, self.network.after)[side]
        places = self.network.places[side]

        def placed(_: Leaf, tensor: Tensor) -> Tensor:
            source = tensor.source
            return tensor if isinstance(source, str) else Tensor(places[source], tensor.output)

        takes = {places[part.index]: _mapped(part.inputs, placed) for part in network.parts}
        return {**takes, OUTPUTS: _mapped(list(network.outputs), placed)}

    def _join(self, consumer: int) -> None:
        """Find the segments that end at `consumer`, or mark it as rewired."""
        before, after = (takes[consumer] for takes in self._takes)
        rows: dict[Leaf, tuple[_Row, dict[int, Leaf]]] = {}
        if _form(before) == _form(after):
            ends = zip(_leaves(before), _leaves(after), strict=True)
            for (leaf, one), (_, other) in ends:
                found = self._segment(one, other)
                if found is None:
                    break
                rows[leaf] = found
            else:
                for leaf, (row, ways) in rows.items():
                    self._rows[consumer, leaf] = row
                    self._claim(row, ways)
                return
        if consumer == OUTPUTS:
            atom = Atom("outputs", self.network.part, self.network.path, "outputs")
        else:
            slot = self.network.slots[consumer]
            atom = Atom("inputs", slot.part, slot.path, "inputs")
        self.rewired[consumer] = atom

    def _segment(self, one: Tensor, other: Tensor) -> tuple[_Row, dict[int, Leaf]] | None:
        """The row on the shortest paths from two tensors back to a common one; None if none.

        Also, for each layer of the row, the path of the input through which the paths lead back.
        """
        ways = [self._back(tensor, side) for side, tensor in enumerate((one, other))]
        common = [tensor for tensor in ways[0] if tensor in ways[1]]
        if not common:
            return None
        anchor = min(common, key=lambda tensor: len(ways[0][tensor]) + len(ways[1][tensor]))
        passed = {**ways[0][anchor], **ways[1][anchor]}
        return _Row(anchor, tuple(sorted(passed))), passed

    def _back(self, tensor: Tensor, side: int) -> dict[Tensor, dict[int, Leaf]]:
        """The tensors of layers in both networks from which `tensor` is computed through other
        layers, with the path back to each."""
        found: dict[Tensor, dict[int, Leaf]] = {}
        seen = set()
        waiting: deque[tuple[Tensor, dict[int, Leaf]]] = deque([(tensor, {})])
        while waiting:
            at, way = waiting.popleft()
            if at in seen:
                continue
            seen.add(at)
            if isinstance(at.source, str) or self.network.slots[at.source].is_both:
                found[at] = way
            elif at.output is None:
                for leaf, taken in _leaves(self._takes[side][at.source]):
                    waiting.append((taken, {**way, at.source: leaf}))
        return found

    def _claim(self, row: _Row, ways: Mapping[int, Leaf]) -> None:
        """Assign the layers of a row their main input; layers with two different ones are tied."""
        for index, number in enumerate(row.slots):
            mine = ways[number], _Row(row.anchor, row.slots[:index])
            known = self._main.setdefault(number, mine)
            if known != mine:
                self._plain.add(number)
                both = {*row.slots, *known[1].slots, number}
                self.ties.append({self.network.slots[each].presence for each in both})

    def _tie(self) -> None:
        slots = self.network.slots
        if not any(slot.is_both for slot in slots):
            self.ties.append({slot.presence for slot in slots})
        for side, takes in enumerate(self._takes):
            for consumer, inputs in takes.items():
                for leaf, tensor in _leaves(inputs):
                    if isinstance(tensor.source, str) or slots[tensor.source].is_both:
                        continue
                    atom = self._reason(consumer, leaf)
                    if atom is not None:
                        self.ties.append({atom, slots[tensor.source].presence})
            self._tie_shared(side)
        names: dict[str, set[Atom]] = {}
        for slot in slots:
            for part in (slot.before, slot.after):
                if part is not None and part.name is not None:
                    atom = slot.renaming if slot.is_both else slot.presence
                    if not slot.is_both or slot.before.name != slot.after.name:  # type: ignore[union-attr]
                        names.setdefault(part.name, set()).add(atom)
        self.ties += (atoms for atoms in names.values() if len(atoms) > 1)

    def _reason(self, consumer: int, leaf: Leaf) -> Atom | None:
        """The atom without which nothing would use a layer that is not always present."""
        if consumer in self.rewired:
            return self.rewired[consumer]
        if consumer == OUTPUTS or self.network.slots[consumer].is_both:
            return None
        main = self._main.get(consumer) if consumer not in self._plain else None
        return (
            None if main is not None and main[0] == leaf else self.network.slots[consumer].presence
        )

    def _tie_shared(self, side: int) -> None:
        places = self.network.places[side]
        for slot in self.network.slots:
            part = (slot.before, slot.after)[side]
            if part is None or part.shares is None or slot.is_both:
                continue
            target = self.network.slots[places[part.shares]]
            if not target.is_both:
                self.ties.append({slot.presence, target.presence})

    def _resolved(self, inputs: Any, state: State) -> Any:
        return _mapped(inputs, lambda _, tensor: self._resolve(tensor, state))

    def _resolve(self, tensor: Tensor, state: State) -> Tensor:
        """`tensor`, or if its layer is not present, what that layer would have taken."""
        source = tensor.source
        if isinstance(source, str) or self.network.slots[source].is_there(state):
            return tensor
        if source in self._main:
            return self._last(self._main[source][1], state)
        slot: Slot = self.network.slots[source]
        takes = self._takes[0 if slot.after is None else 1][source]
        return self._resolve(next(_leaves(takes))[1], state)

    def _last(self, row: _Row, state: State) -> Tensor:
        there = [each for each in row.slots if self.network.slots[each].is_there(state)]
        return Tensor(there[-1]) if there else row.anchor


def _mapped(inputs: Any, change: Any, leaf: Leaf = ()) -> Any:
    """`inputs` with every tensor replaced by `change` of its path and the tensor."""
    if isinstance(inputs, Tensor):
        return change(leaf, inputs)
    if isinstance(inputs, Mapping):
        return {key: _mapped(value, change, (*leaf, key)) for key, value in inputs.items()}
    if isinstance(inputs, (list, tuple)):
        return [_mapped(value, change, (*leaf, index)) for index, value in enumerate(inputs)]
    return inputs


def _leaves(inputs: Any) -> Iterator[tuple[Leaf, Tensor]]:
    """Every tensor with its path."""
    found: list[tuple[Leaf, Tensor]] = []
    _mapped(inputs, lambda leaf, tensor: found.append((leaf, tensor)))
    yield from found


def _form(inputs: Any) -> Any:
    """The structure of `inputs`: every tensor is replaced by the same text."""
    return _mapped(inputs, lambda leaf, tensor: "tensor")
