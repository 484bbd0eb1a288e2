"""Matches the phases of two trainings with different numbers of phases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from kspec.spec.changes.atom import ABSENT, Atom
from kspec.spec.changes.values import differing, values_of
from kspec.spec.changes.words import value_texts
from kspec.spec.models import Spec
from kspec.spec.phases import OF_THE_WHOLE

__all__ = ["PhaseRow", "phase_rows"]

_NOTHING: Any = (ABSENT, None, False, [], {})


@dataclass(frozen=True)
class PhaseRow:
    """A pair of phases by number, from 1; None if one training has no matching phase.

    `values` are the differing values as text, by path.
    """

    before: int | None
    after: int | None
    values: Mapping[str, tuple[str, str]]


def phase_rows(before: Spec, after: Spec) -> list[PhaseRow]:
    """The phases side by side, in order, matched so that as few values differ as possible."""
    one, other = _phases(before), _phases(after)
    fewer, more = sorted((one, other), key=len)
    swapped = len(one) > len(other)
    chosen = min(
        combinations(range(len(more)), len(fewer)),
        key=lambda places: sum(
            len(_differing(phase, more[place])) for phase, place in zip(fewer, places, strict=True)
        ),
    )
    partner = {place: number for number, place in enumerate(chosen)}
    rows = []
    for number in range(len(more)):
        pair = (partner.get(number), number)
        rows.append(_row(before, after, *(reversed(pair) if swapped else pair)))
    return rows


def _row(before: Spec, after: Spec, one: int | None, other: int | None) -> PhaseRow:
    values = {
        atom.key.removeprefix("training."): value_texts(before, atom, phase=one)
        for atom in _differing(_phase(before, one), _phase(after, other))
    }
    return PhaseRow(_counted(one), _counted(other), values)


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Atom]:
    """What differs, except values that are empty in both and keys of the whole training."""
    return [
        atom
        for atom in differing(before, after, "training")
        if any(value not in _NOTHING for value in (atom.before, atom.after))
        and atom.key.removeprefix("training.") not in OF_THE_WHOLE
    ]


def _counted(number: int | None) -> int | None:
    return None if number is None else number + 1


def _phase(spec: Spec, number: int | None) -> Mapping[str, Any]:
    return {} if number is None else _phases(spec)[number]


def _phases(spec: Spec) -> Sequence[Mapping[str, Any]]:
    training: Any = values_of(spec)["training"]
    return training if isinstance(training, list) else [training]
