"""The comparison of two specs: every difference, and the specs in between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from kspec.errors import Place, Problem, SpecError
from kspec.spec.changes.atom import AUGMENTATION, LAYERS, Atom, State
from kspec.spec.changes.parts import augmentation_of, network_of
from kspec.spec.changes.slots import Slot, overlay
from kspec.spec.changes.values import value_atoms, written
from kspec.spec.changes.wiring import Wiring
from kspec.spec.changes.writing import arguments_of, write_network
from kspec.spec.check import is_blocking, validate
from kspec.spec.expansion import expand
from kspec.spec.fold.write import escaped
from kspec.spec.models import Spec
from kspec.spec.node import node_of
from kspec.spec.phases import INHERITED

__all__ = ["Comparison"]

# Keys of "data" that change together with the source.
_OF_SOURCE = tuple(
    f"data.{key}"
    for key in ("source", "path", "test_path", "labels", "target", "columns", "options")
)

# What later phases of a training inherit, so that it is the same change in all of them.
_INHERITED = ("optimizer", "loss", "trainable", *INHERITED)


class Comparison:
    """The differences between the spec `before` and the spec `after`.

    Raises SpecError for references that lead nowhere.
    """

    def __init__(self, before: Spec, after: Spec) -> None:
        self.before = before
        self.after = after
        self.layers = overlay(network_of(before), network_of(after), LAYERS)
        self.augmentation = overlay(augmentation_of(before), augmentation_of(after), AUGMENTATION)
        self.wirings = {each.path: Wiring(each) for each in self.layers.networks()}

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """Every difference; none for two spellings of one experiment."""
        return tuple(self._atoms())

    @cached_property
    def ties(self) -> tuple[frozenset[Atom], ...]:
        """Sets of atoms that can only be applied together."""
        tied = [frozenset(tie) for wiring in self.wirings.values() for tie in wiring.ties]
        data = frozenset(atom for atom in self.atoms if atom.key in _OF_SOURCE)
        if any(atom.key == "data.source" for atom in data):
            tied.append(data)
        for key in _INHERITED:
            form = re.compile(rf"training\[[0-9]+\]\.{key}\b.*")
            tied.append(frozenset(atom for atom in self.atoms if form.fullmatch(atom.key)))
        if set(self.before.entering) != set(self.after.entering):
            wired = ("added", "removed", "inputs", "outputs")
            tied.append(
                frozenset(
                    atom
                    for atom in self.atoms
                    if atom.key == "inputs" or (atom.kind in wired and atom.part == LAYERS)
                )
            )
        return tuple(tie for tie in tied if len(tie) > 1)

    def slot(self, atom: Atom) -> Slot:
        """The slot of the layer that an atom concerns."""
        network = self.layers if atom.part == LAYERS else self.augmentation
        *outer, last = atom.where
        for number in outer:
            inner = network.slots[number].inner
            assert inner is not None
            network = inner
        return network.slots[last]

    def members(self, state: State) -> dict[str, Any]:
        """The members of the spec `before` with the atoms of `state` applied, text not escaped.

        Members that do not affect the experiment are left out: name, description, allow.
        """
        values = written(self.before, self.after, state)
        inputs = values.pop("inputs")
        alone = list(inputs) == ["input"]
        layers, outputs = write_network(self.layers, self.wirings, state)
        members = {
            "kspec": 1,
            "seed": values["seed"],
            **({"input": inputs["input"]} if alone else {"inputs": inputs}),
            "layers": layers,
            "outputs": outputs,
            "data": _said(values["data"]),
            "augmentation": [
                {"type": slot.own.type, **arguments_of(slot, state)}
                for slot in self.augmentation.slots
                if slot.is_there(state)
            ],
            "training": [_terse(each) for each in values["training"]]
            if isinstance(values["training"], list)
            else _terse(values["training"]),
            "test_time": values.get("test_time"),
        }
        return {key: value for key, value in members.items() if value is not None and value != []}

    def spec(
        self, state: State, name: str, file: str = "", **said: Any
    ) -> tuple[Spec | None, dict[str, Any], list[Problem]]:
        """The spec of `state`, its members with text not escaped, and what is wrong.

        The spec is None if it is invalid. `said` are further members such as `description`.
        """
        members = {"kspec": 1, "name": name, **said, **self.members(state)}
        allow = {**self.before.allow, **self.after.allow}
        problems: list[Problem] = []
        try:
            node = expand(node_of(escaped(members), Place(file)))
            spec, problems = validate(node)
        except SpecError as error:
            return None, members, list(error.problems)
        found = {problem.code for problem in problems}
        needed = {code: reason for code, reason in allow.items() if code in found}
        if needed:
            members = {**members, "allow": needed}
            spec, problems = validate(expand(node_of(escaped(members), Place(file))))
        wrong = [problem for problem in problems if is_blocking(problem)]
        return (None if wrong else spec), members, problems

    def _repr_html_(self) -> str:
        """The comparison as a notebook shows it."""
        from kspec.spec.changes.card import changes_card

        return changes_card(self)

    def _atoms(self) -> Iterator[Atom]:
        for slot in self.layers.all_slots():
            yield from slot.atoms()
        for wiring in self.wirings.values():
            yield from wiring.rewired.values()
        for slot in self.augmentation.slots:
            yield from slot.atoms()
        yield from value_atoms(self.before, self.after)


def _terse(training: Mapping[str, Any]) -> dict[str, Any]:
    """A recipe as a person writes it: a name alone for an object without arguments."""

    def named(value: Any) -> Any:
        return value["type"] if isinstance(value, dict) and list(value) == ["type"] else value

    lists = ("metrics", "callbacks")
    values = {
        key: [named(each) for each in value] if key in lists else named(value)
        for key, value in training.items()
    }
    if "early_stopping" in values:
        monitors = values["early_stopping"]
        values["early_stopping"] = [{"monitor": "val_loss", **each} for each in monitors]
    return values


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None and value is not False}
