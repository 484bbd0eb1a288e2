"""Seams of a history: where a new part begins, so that no curve leads across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kspec.pages.charts.lines import Mark

__all__ = ["common", "epochs_of", "seams", "shared_seams"]

History = Sequence[Mapping[str, float]]

# The columns whose change is a seam, and the word for each in charts.
SEAMS = {"phase": "phase", "segment": "part"}


def epochs_of(history: History) -> list[float]:
    """The numbers of the epochs."""
    return [row.get("epoch", index) for index, row in enumerate(history, start=1)]


def seams(history: History) -> list[Mark]:
    """Marks between phases, and where a run was resumed on another backend or with another spec."""
    epochs = epochs_of(history)
    marks = []
    for key, word in SEAMS.items():
        for index in range(1, len(history)):
            before, after = history[index - 1].get(key, 0), history[index].get(key, 0)
            if before != after:
                marks.append(Mark((epochs[index - 1] + epochs[index]) / 2, f"{word} {after:g}"))
    return marks


def shared_seams(histories: Sequence[History]) -> list[Mark]:
    """The seams that all histories have at the same place."""
    return common([seams(history) for history in histories])


def common(marks: Sequence[Sequence[Mark]]) -> list[Mark]:
    """The marks of the first that all others have."""
    first, *others = marks
    return [mark for mark in first if all(mark in other for other in others)]
