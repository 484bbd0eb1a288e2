"""The differences between two specs as the steps that a person would name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kspec.spec.changes.atom import Atom
from kspec.spec.changes.comparison import Comparison
from kspec.spec.changes.groups import Groups
from kspec.spec.changes.labels import Label, Labels
from kspec.spec.changes.words import phrases_of

__all__ = ["Change", "changes_of", "merged"]

# Nobody reads a title with more phrases than this.
_TOLD = 3


@dataclass(frozen=True)
class Change:
    """One step from one spec to the other: its atoms, in order, and the phrases for them."""

    phrases: tuple[str, ...]
    atoms: tuple[Atom, ...]

    @property
    def title(self) -> str:
        """What the change does, in one line."""
        more = len(self.phrases) - _TOLD
        told = list(self.phrases[:_TOLD]) + ([f"{more} more"] if more > 0 else [])
        return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def changes_of(comparison: Comparison, *, apart: bool = False) -> list[Change]:
    """The changes, in the order of the layers, then of augmentation, recipe and data.

    Atoms that need each other are one change, and so are, unless `apart`, all places where the same
    was done.
    """
    atoms = comparison.atoms
    groups = Groups(atoms)
    found = Labels(comparison.layers)
    beside = Labels(comparison.augmentation)
    labels = {**found.of, **beside.of}
    for tie in (*comparison.ties, *found.ties):
        groups.tie(tie)
    if not apart:
        alike: dict[frozenset[Label], list[Atom]] = {}
        for group in groups.all():
            alike.setdefault(frozenset(_labelled(group, labels)), []).append(group[0])
        for same in alike.values():
            groups.tie(same)
    return [
        Change(phrases_of(comparison, _labelled(group, labels)), tuple(group))
        for group in groups.all()
    ]


def merged(comparison: Comparison, changes: Sequence[Change]) -> Change:
    """Several changes as one."""
    wanted = {atom for change in changes for atom in change.atoms}
    phrases = dict.fromkeys(phrase for change in changes for phrase in change.phrases)
    return Change(tuple(phrases), tuple(atom for atom in comparison.atoms if atom in wanted))


def _labelled(group: Sequence[Atom], labels: Mapping[Atom, Label]) -> dict[Label, list[Atom]]:
    """The atoms of a group by label; an atom without one gets a label of its own."""
    found: dict[Label, list[Atom]] = {}
    for atom in group:
        label = labels.get(atom) or (atom.kind, *map(str, atom.where), atom.key)
        found.setdefault(label, []).append(atom)
    return found
