"""Labels for the differences, and which of them are one step to the person who made them.

Taking the activation out of a layer and putting a ReLU after the normalization is one step; so is a
layer replaced by another of its kind, a layer that moved, a block that was added or removed.
"""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.changes.atom import ABSENT, AUGMENTATION, LAYERS, Atom
from kspec.spec.changes.roles import function_of, role_of
from kspec.spec.changes.slots import Overlay, Slot

__all__ = ["Label", "Labels"]

Label = tuple[str, ...]
"""The kind of step, and what it applies to; differences with one label are one change."""

# Up to this distance an equal layer counts as moved; farther away it is another layer.
_NEAR = 3

_WITHIN = {"weights", "network", "other"}


class Labels:
    """The labels `of` the differences in the layers of `network` and those within it.

    `ties` are sets of differences that are one step. `moved` maps the atom that adds a moved layer
    to the slot where it was before.
    """

    def __init__(self, network: Overlay) -> None:
        self.ties: list[set[Atom]] = []
        self.of: dict[Atom, Label] = {}
        self.moved: dict[Atom, Slot] = {}
        for each in network.networks():
            self._slots = each.slots
            self._activations()
            self._moves()
            for gap in _gaps(each.slots):
                self._replaced(gap)
                # (Each layer of an augmentation is a step of its own.)
                for run in self._runs(gap) if network.part == LAYERS else ():
                    self._run(run)
            for slot in each.slots:
                for atom in slot.atoms():
                    self.of.setdefault(atom, _plain(slot, atom))

    def _claim(self, label: Label, *atoms: Atom) -> None:
        self.ties.append(set(atoms))
        for atom in atoms:
            self.of[atom] = label

    def _free(self, slot: Slot) -> bool:
        return not slot.is_both and slot.presence not in self.of

    def _activations(self) -> None:
        """An activation that changes from the argument of a layer to a layer, or back."""
        for slot in self._slots:
            for atom in slot.arguments():
                if atom.key == "activation" and ABSENT in (atom.before, atom.after):
                    wanted = "added" if atom.after is ABSENT else "removed"
                    self._activation(slot, atom, wanted)

    def _activation(self, slot: Slot, atom: Atom, wanted: str) -> None:
        crossed: list[str] = []
        for other in self._slots[slot.number + 1 :]:
            role = role_of(other.own)
            if other.is_both and role == "normalization":
                crossed.append(other.own.type)
            elif other.is_both:
                return
            elif role == "activation" and other.presence.kind == wanted and self._free(other):
                argument = atom.before if wanted == "added" else atom.after
                function = str(argument["type"])
                same = function_of(other.own) == function
                label = ("activation", wanted, function, other.own.type if not same else "")
                self._claim((*label, *crossed[:1]), atom, other.presence)
                return

    def _moves(self) -> None:
        for slot in self._slots:
            if slot.after is not None or not self._free(slot):
                continue
            for other in sorted(self._slots, key=lambda each: abs(each.number - slot.number)):
                if other.before is not None or not self._free(other) or not _same(slot, other):
                    continue
                low, high = sorted((slot.number, other.number))
                crossed = [each for each in self._slots[low:high] if each.is_both]
                if 0 < len(crossed) <= _NEAR:
                    self._moved(slot, other, crossed)
                    break

    def _moved(self, slot: Slot, other: Slot, crossed: list[Slot]) -> None:
        label: Label = ("moved", slot.own.type)
        if len(crossed) == 1:
            pair = crossed[0].own.type, slot.own.type
            label = ("order", *(pair if slot.number < other.number else reversed(pair)))
        self._claim(label, slot.presence, other.presence)
        self.moved[other.presence] = slot

    def _replaced(self, gap: list[Slot]) -> None:
        gone = [slot for slot in gap if slot.after is None and self._free(slot)]
        for slot in gone:
            role = role_of(slot.own)
            for other in gap:
                is_free = other.before is None and self._free(other)
                if is_free and role == role_of(other.own) and role != "other":
                    label = ("replaced", slot.own.type, other.own.type)
                    self._claim(label, slot.presence, other.presence)
                    break

    def _runs(self, gap: list[Slot]) -> Iterator[list[Slot]]:
        """Runs of consecutive layers that were removed, or added."""
        for gone in (True, False):
            run: list[Slot] = []
            for slot in (slot for slot in gap if (slot.after is None) == gone):
                if self._free(slot):
                    run.append(slot)
                elif run:
                    yield run
                    run = []
            if run:
                yield run

    def _run(self, run: list[Slot]) -> None:
        """A run with weights is one step; in a run without, each layer is a step of its own."""
        # (A leading dropout belongs to the layers before it.)
        while run and role_of(run[0].own) == "dropout":
            run = run[1:]
        if not any(role_of(slot.own) in _WITHIN for slot in run):
            return
        types = tuple(slot.own.type for slot in run)
        label = ("removed" if run[0].after is None else "added", *types)
        self._claim(label, *(slot.presence for slot in run))


def _gaps(slots: tuple[Slot, ...]) -> Iterator[list[Slot]]:
    """The slots between layers that both networks have."""
    gap: list[Slot] = []
    for slot in slots:
        if not slot.is_both:
            gap.append(slot)
        elif gap:
            yield gap
            gap = []
    if gap:
        yield gap


def _same(one: Slot, other: Slot) -> bool:
    a, b = one.own, other.own
    alike = (a.type, a.arguments, a.name) == (b.type, b.arguments, b.name)
    return alike and a.inner is None and b.inner is None


def _plain(slot: Slot, atom: Atom) -> Label:
    """The label of a difference that is not part of a larger step."""
    kind, role = slot.own.type, role_of(slot.own)
    if slot.part == AUGMENTATION:
        return ("augmentation", str(slot.number))
    if role == "dropout" or atom.key in ("dropout", "recurrent_dropout"):
        return ("dropout",) if atom.kind != "name" else ("name",)
    if atom.kind in ("added", "removed"):
        return (atom.kind, kind)
    if atom.kind == "name":
        return ("name",)
    if atom.key == "activation" or kind == "Activation":
        return ("function", _function(atom.before), _function(atom.after))
    for ending in ("regularizer", "initializer", "constraint"):
        if atom.key.endswith(ending):
            return (ending,)
    return ("argument", kind, atom.key)


def _function(value: object) -> str:
    return str(value["type"]) if isinstance(value, dict) and "type" in value else "linear"
