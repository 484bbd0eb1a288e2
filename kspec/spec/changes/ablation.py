"""The specs between two others: each change alone, and the changes added one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from kspec.errors import Problem, UsageError
from kspec.spec.changes.atom import Atom
from kspec.spec.changes.changes import Change, changes_of, merged
from kspec.spec.changes.comparison import Comparison
from kspec.spec.fold import fold
from kspec.spec.fold.write import escaped
from kspec.spec.models import Spec

__all__ = ["Ablation", "Joined", "Variant"]

_LONGEST_NAME = 40

# Folding more layers takes seconds.
_MANY_LAYERS = 150


@dataclass(frozen=True)
class Variant:
    """A spec in between. `applied` are the numbers, from 1, of the changes that it includes.

    `file` is its file name, `members` the content of the file.
    """

    kind: Literal["before", "one", "several", "after"]
    applied: tuple[int, ...]
    file: str
    members: dict[str, Any]
    spec: Spec


@dataclass(frozen=True)
class Joined:
    """Changes that were joined because the first is not valid without the others, and why."""

    titles: tuple[str, ...]
    why: str


class Ablation:
    """The changes from one spec to another, each of which gives a valid spec.

    A change that gives none by itself is joined with one that it needs, which `joined` records.
    `groups` are lists of numbers of `changes_of`, from 1, each list to be one change. With `apart`
    each place is a change of its own. Raises UsageError for a number that does not exist, or is in
    two groups.
    """

    def __init__(
        self,
        comparison: Comparison,
        *,
        groups: Sequence[Sequence[int]] = (),
        apart: bool = False,
    ) -> None:
        self.comparison = comparison
        self.joined: list[Joined] = []
        self._known: dict[frozenset[Atom], str | None] = {}
        self._allowed = self._faults(frozenset()) | self._faults(frozenset(comparison.atoms))
        self.changes = changes_of(comparison, apart=apart)
        listed = self.changes
        for numbers in groups:
            self._join([_numbered(number, listed) for number in dict.fromkeys(numbers)])
        self._alone()
        self._in_a_row()

    @cached_property
    def variants(self) -> list[Variant]:
        """`before`, each change alone, the changes added one by one, and `after`.

        The series of added changes begins with the first change alone and ends with `after`.
        """
        count = len(self.changes)
        found = [self._variant("before", ())]
        if count > 1:
            found += [self._variant("one", (number,)) for number in range(1, count + 1)]
        found += [
            self._variant("several", tuple(range(1, number + 1))) for number in range(2, count)
        ]
        if count:
            found.append(self._variant("after", tuple(range(1, count + 1))))
        return found

    def _variant(
        self, kind: Literal["before", "one", "several", "after"], applied: tuple[int, ...]
    ) -> Variant:
        before, after = self.comparison.before, self.comparison.after
        titles = [self.changes[number - 1].title for number in applied]
        base = before.name[:_LONGEST_NAME]
        if kind == "before":
            name, said = before.name, before.description
        elif kind == "after":
            name, said = after.name, after.description
        elif kind == "one":
            name, said = f"{base}-{applied[0]}-{_slug(titles[0])}", f"{before.name}, {titles[0]}."
        else:
            name = f"{base}-1-to-{applied[-1]}"
            said = f"{before.name}, {'; '.join(titles)}."
        if kind == "after" and name == before.name:
            name = f"{name}-changed"[-100:]
        beside: dict[str, Any] = {"description": said} if said else {}
        reference = {"before": before.reference, "after": after.reference}.get(kind)
        if reference is not None:
            beside["reference"] = reference.model_dump()
        spec, members, problems = self.comparison.spec(self._state(applied), name, name, **beside)
        assert spec is not None, problems
        return Variant(kind, applied, f"{name}.json", _folded(members, spec), spec)

    def _state(self, applied: Sequence[int]) -> frozenset[Atom]:
        return frozenset(atom for number in applied for atom in self.changes[number - 1].atoms)

    def _alone(self) -> None:
        """Join every change that gives no valid spec alone with another that it needs."""
        index = 0
        while index < len(self.changes):
            change = self.changes[index]
            why = self._why_not([change])
            if why is None or len(self.changes) == 1:
                index += 1
                continue
            others = [other for other in self.changes if other is not change]
            partner = next((o for o in others if self._why_not([change, o]) is None), None)
            # If no single one is enough, join one that is not valid alone either, and try again.
            if partner is None:
                partner = next((o for o in others if self._why_not([o]) is not None), others[0])
            self._join([change, partner], why)
            index = 0

    def _in_a_row(self) -> None:
        """Join each change that gives no valid spec together with all before it to the next one."""
        number = 1
        while number < len(self.changes):
            why = self._why_not(self.changes[:number])
            if why is None:
                number += 1
            else:
                self._join(self.changes[number - 1 : number + 1], why)

    def _join(self, changes: list[Change], why: str | None = None) -> None:
        if not all(change in self.changes for change in changes):
            raise UsageError("--group: a change can be in one group only")
        place = min(self.changes.index(change) for change in changes)
        if why is not None:
            self.joined.append(Joined(tuple(change.title for change in changes), why))
        kept = [change for change in self.changes if change not in changes]
        self.changes = [*kept[:place], merged(self.comparison, changes), *kept[place:]]

    def _why_not(self, changes: Sequence[Change]) -> str | None:
        """A fault of the spec with these changes that neither of the two specs has."""
        state = frozenset(atom for change in changes for atom in change.atoms)
        if state not in self._known:
            wrong = [
                problem.message
                for problem in self._problems(state)
                if (problem.code, problem.message) not in self._allowed
            ]
            self._known[state] = wrong[0] if wrong else None
        return self._known[state]

    def _faults(self, state: frozenset[Atom]) -> set[tuple[str, str]]:
        return {(problem.code, problem.message) for problem in self._problems(state)}

    def _problems(self, state: frozenset[Atom]) -> list[Problem]:
        problems = self.comparison.spec(state, "between")[2]
        return [problem for problem in problems if problem.level == "error"]


def _folded(members: dict[str, Any], spec: Spec) -> dict[str, Any]:
    """`members` as written in a file, with layers folded into blocks and repeats if shorter."""
    if len(spec.layers) > _MANY_LAYERS:
        return {key: escaped(value) for key, value in members.items()}
    outputs = members.get("outputs")
    folded = fold(members["layers"], tuple(spec.entering), outputs).members()
    written: dict[str, Any] = {}
    for key, value in members.items():
        written |= folded if key == "layers" else {key: escaped(value)} if key != "outputs" else {}
    return written


def _numbered(number: int, changes: Sequence[Change]) -> Change:
    if not 1 <= number <= len(changes):
        raise UsageError(f"--group: there is no change {number}; there are {len(changes)}")
    return changes[number - 1]


def _slug(title: str) -> str:
    """A title as a part of a file name: whole words, without lists and objects."""
    plain = re.sub(r"[{\[].*[}\]]", "", title).lower().replace("→", "to")
    words = [word.strip(".") for word in re.split(r"[^a-z0-9.]+", plain)]
    words = [word for word in words if word]
    while len("-".join(words)) > _LONGEST_NAME and len(words) > 1:
        words.pop()
    if len(words) > 1 and words[-1] == "to":
        words.pop()
    return "-".join(words)[:_LONGEST_NAME].strip("-.") or "change"
