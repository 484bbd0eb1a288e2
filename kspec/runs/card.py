"""A run in a notebook: its status, its results and its curves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kspec.errors import RunError
from kspec.formats import duration, measure
from kspec.pages.card import Figure, Table, card
from kspec.pages.charts.lines import Line, Mark, line_chart
from kspec.runs.files import read_history, read_result
from kspec.runs.find import RunSummary, summarize
from kspec.runs.folder import RESULT
from kspec.runs.history import NOT_MEASURED
from kspec.runs.main_measure import main_measure
from kspec.runs.seams import epochs_of, seams

__all__ = ["curves", "run_card"]

SETS = ("train", "validation", "test")
History = Sequence[Mapping[str, float]]


def run_card(folder: Path) -> str:
    """The run in `folder` as HTML; anything that cannot be read is reported, not raised."""
    summary = summarize(folder)
    notes = []
    history: History = []
    try:
        history = read_history(folder)
    except RunError as error:
        notes.append(str(error))
    tables = []
    try:
        if (folder / RESULT).exists():
            tables = [_measures("", read_result(folder))]
        elif history:
            last = history[-1]
            tables = [_measures(f"After epoch {last.get('epoch', len(history)):g}", _sets(last))]
    except RunError as error:
        notes.append(str(error))
    return card(
        "Run",
        summary.name,
        about=str(folder),
        facts=_facts(summary),
        figures=curves(history, summary.best_epoch),
        tables=tables,
        notes=notes,
    )


def curves(history: History, best_epoch: int | None = None) -> list[Figure]:
    """The curves of the loss and the main metric; none before the first epoch has ended."""
    epochs = epochs_of(history)
    new = seams(history)
    breaks = tuple(mark.at for mark in new)
    found = []
    for name in _shown(history):
        lines = []
        for prefix, role in (("", "training"), ("val_", "validation")):
            if any(prefix + name in row for row in history):
                values = [row.get(prefix + name, math.nan) for row in history]
                lines.append(Line(role, values, role, breaks))
        kept = [Mark(best_epoch, f"kept: {best_epoch}", "best")] if best_epoch in epochs else []
        chart = line_chart(name, epochs, lines, marks=[*new, *kept])
        keys = [(line.label, line.role) for line in lines]
        found.append(Figure(name.replace("_", " "), chart, keys))
    return found


def _shown(history: History) -> list[str]:
    names = dict.fromkeys(
        name.removeprefix("val_") for row in history for name in row if name not in NOT_MEASURED
    )
    return [name for name in dict.fromkeys(("loss", main_measure(names))) if name in names]


def _facts(run: RunSummary) -> list[tuple[str, str]]:
    epochs = "+".join(map(str, run.phases)) or str(run.epochs)
    if run.best_epoch is not None:
        epochs += f", kept {run.best_epoch}"
    facts = [("status", run.status), ("epochs", epochs)]
    if run.seconds is not None:
        facts.append(("time", duration(run.seconds)))
    if run.backend is not None:
        facts.append(("backend", run.backend))
    if run.reference_accuracy is not None:
        facts.append(("reference", measure(run.reference_accuracy)))
    return facts


def _sets(row: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """A row of the history in the form of a result: loss and metrics by set."""
    found: dict[str, dict[str, float]] = {part: {} for part in SETS}
    for name, value in row.items():
        if name not in NOT_MEASURED:
            part = "validation" if name.startswith("val_") else "train"
            found[part][name.removeprefix("val_")] = value
    return found


def _measures(caption: str, result: Mapping[str, Any]) -> Table:
    values = {part: result[part] if isinstance(result[part], dict) else {} for part in SETS}
    names = dict.fromkeys(name for part in SETS for name in values[part])
    rows = [
        [name, *(_number(values[part].get(name)) for part in SETS)]
        for name in sorted(names, key=lambda name: name != "loss")
    ]
    return Table(caption, ["", "training", "validation", "test"], rows, ("training", *SETS))


def _number(value: object) -> str:
    return measure(value) if isinstance(value, (int, float)) else "–"
