"""The effect of a change: how far a measure moves with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kspec.runs.main_measure import main_measure
from kspec.runs.read import Run

__all__ = ["Measure", "Worth", "measure_of", "value_of", "worths"]


@dataclass(frozen=True)
class Measure:
    """What runs are compared by: a metric of one of their sets ("test" or "validation")."""

    part: str
    metric: str

    def __str__(self) -> str:
        return f"{self.part} {self.metric}"


@dataclass(frozen=True)
class Worth:
    """How far the measure moved: with the change alone, and on top of all changes before it.

    None if one of the two runs is missing.
    """

    alone: float | None
    on_top: float | None


def measure_of(run: Run) -> Measure | None:
    """The main measure of a run that has ended, on the test set, or without one on the validation
    set."""
    for part in ("test", "validation"):
        name = main_measure(run.result[part])
        if name is not None:
            return Measure(part, name)
    return None


def value_of(run: Run, measure: Measure) -> float | None:
    """The value of a measure, if the run has it."""
    value: float | None = run.result[measure.part].get(measure.metric)
    return value


def worths(values: Mapping[tuple[int, ...], float], count: int) -> list[Worth]:
    """The effect of each of `count` changes.

    The keys of `values` are the numbers, from 1, of the changes that were applied, () for none; its
    values are the measure.
    """

    def moved(before: Sequence[int], after: Sequence[int]) -> float | None:
        one, other = values.get(tuple(before)), values.get(tuple(after))
        return None if one is None or other is None else other - one

    return [
        Worth(moved((), (number,)), moved(range(1, number), range(1, number + 1)))
        for number in range(1, count + 1)
    ]
