"""The list of runs: filter, order, and columns."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from kspec.formats import duration, measure
from kspec.runs.find import RunSummary
from kspec.runs.main_measure import ACCURACIES, main_measure
from kspec.view.known import Known

__all__ = ["COLUMNS", "NEWEST", "Column", "Row", "as_row", "chosen"]

NEWEST = "-started"
"""The order of a list that nobody has asked for another of; `-` stands for the largest first."""


@dataclass(frozen=True)
class Row:
    """A run as the list shows it."""

    key: str
    name: str
    rest: str
    status: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column of the list: what it shows of a run, and the value to sort by; None comes last.

    `kind` is its CSS classes.
    """

    name: str
    kind: str
    value: Callable[[Known], str | float | None]
    cell: Callable[[RunSummary], str]


def as_row(known: Known) -> Row:
    name, _, rest = known.label.partition("/")
    cells = tuple(column.cell(known.summary) for column in COLUMNS[2:])
    return Row(known.key, name, rest, known.summary.status, cells)


def chosen(
    runs: Sequence[Known], words: str, order: str, ticked: Collection[str] = ()
) -> list[Known]:
    """The runs with all of `words` in their name, status or backend, and those in `ticked`.

    They are sorted by the column that `order` names.
    """
    wanted = words.casefold().split()
    kept = [run for run in runs if run.key in ticked or _has(run, wanted)]
    order = order if order.removeprefix("-") in _COLUMN else NEWEST
    column = _COLUMN[order.removeprefix("-")]
    values = {run.key: column.value(run) for run in kept}
    known = [run for run in kept if values[run.key] is not None]
    unknown = [run for run in kept if values[run.key] is None]
    for each in (known, unknown):
        each.sort(key=lambda run: run.label)
    known.sort(key=lambda run: values[run.key], reverse=order.startswith("-"))  # type: ignore[arg-type,return-value]
    return known + unknown


def _has(run: Known, words: Sequence[str]) -> bool:
    text = " ".join((run.label, run.summary.status, run.summary.backend or "")).casefold()
    return all(word in text for word in words)


def _main(values: Mapping[str, float]) -> tuple[str, float] | None:
    name = main_measure(values)
    return None if name is None else (name, values[name])


def _measured(values: Mapping[str, float]) -> str:
    found = _main(values)
    if found is None:
        return "–"
    name, value = found
    return measure(value) if name in ACCURACIES else f"{name} {measure(value)}"


def _number(values: Mapping[str, float]) -> float | None:
    found = _main(values)
    # (NaN cannot be sorted.)
    return None if found is None or math.isnan(found[1]) else found[1]


def _epochs(run: RunSummary) -> str:
    done = "+".join(map(str, run.phases)) or str(run.epochs)
    return done if run.best_epoch is None else f"{done}, kept {run.best_epoch}"


# Narrow windows show fewer columns: `extra` ones are hidden first.
COLUMNS = (
    Column("name", "", lambda run: run.label.casefold(), lambda run: run.name),
    Column("status", "", lambda run: run.summary.status, lambda run: run.status),
    Column(
        "test", "number", lambda run: _number(run.summary.test), lambda run: _measured(run.test)
    ),
    Column(
        "validation",
        "number validation",
        lambda run: _number(run.summary.validation),
        lambda run: _measured(run.validation),
    ),
    Column("epochs", "number extra", lambda run: run.summary.epochs, _epochs),
    Column(
        "time",
        "number extra",
        lambda run: run.summary.seconds,
        lambda run: "–" if run.seconds is None else duration(run.seconds),
    ),
    Column("backend", "extra", lambda run: run.summary.backend, lambda run: run.backend or "–"),
    Column(
        "started",
        "number extra",
        lambda run: run.summary.started.timestamp(),
        lambda run: f"{run.started.astimezone():%Y-%m-%d %H:%M}",
    ),
)
_COLUMN = {column.name: column for column in COLUMNS}
