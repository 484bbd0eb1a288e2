"""The curves of a run, or of several runs overlaid."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kspec.errors import UsageError
from kspec.pages.charts.lines import RUNS, Line, draw_lines
from kspec.pages.charts.svg import Drawing
from kspec.reports.charts.history import kept_marks, run_panels
from kspec.reports.panels import panels
from kspec.reports.plots.sheet import Key, Panel, sheet
from kspec.runs.seams import seams, shared_seams

__all__ = ["RunCurves", "draw_run", "draw_runs", "told"]

History = Sequence[Mapping[str, float]]


@dataclass(frozen=True)
class RunCurves:
    """A run's label, its history, and the epoch whose weights are kept, if one is."""

    label: str
    history: History
    best: int | None


def draw_run(run: RunCurves, *, notes: Sequence[str] = ()) -> Drawing:
    """A panel for the loss, for each metric and the learning rate, as in the run's report."""
    marks = [*seams(run.history), *kept_marks(run.history, run.best)]
    return sheet(
        run.label,
        [
            Panel(
                each.name,
                each.draw(marks),
                tuple(Key(line.label, line.role) for line in each.lines if len(each.lines) > 1),
            )
            for each in run_panels(run.history)
        ],
        notes=notes,
    )


def draw_runs(runs: Sequence[RunCurves]) -> Drawing:
    """For each measure a panel for the training set and one for the validation set, with a line for
    each run, and a panel for the learning rate. A ring marks the kept epoch; seams are marked if
    all runs have them.

    Raises UsageError for more runs than can be distinguished.
    """
    if len(runs) > RUNS:
        raise UsageError(
            f"{len(runs)} runs: {RUNS} curves can be told apart; `kspec compare` draws the means "
            "of groups of runs"
        )
    measures = dict.fromkeys(name for run in runs for name in panels(run.history))
    found = []
    for name in sorted(measures, key=lambda name: name != "loss"):
        shown = name.replace("_", " ")
        pair = [
            _over(runs, name, f"{shown}, training set"),
            _over(runs, f"val_{name}", f"{shown}, validation set"),
        ]
        if any(each.chart is not None for each in pair):
            found += pair
    found.append(_over(runs, "learning_rate", "learning rate"))
    if all(each.chart is None for each in found):
        found = [Panel("loss", draw_lines("loss", [1], [Line("loss", [math.nan], "neutral")]))]
    while found[-1].chart is None:
        found.pop()
    return sheet(
        f"{len(runs)} runs",
        found,
        keys=[Key(f"{run.label}: {told(run)}", f"run{number}") for number, run in enumerate(runs)],
    )


def _over(runs: Sequence[RunCurves], column: str, title: str) -> Panel:
    histories = [run.history for run in runs]
    epochs = sorted({row["epoch"] for history in histories for row in history})
    lines = []
    for number, run in enumerate(runs):
        values = {row["epoch"]: row[column] for row in run.history if column in row}
        if values:
            column_values = [values.get(epoch, math.nan) for epoch in epochs]
            breaks = tuple(mark.at for mark in seams(run.history))
            lines.append(Line(run.label, column_values, f"run{number}", breaks, best=run.best))
    if not lines:
        return Panel(title, None)
    return Panel(title, draw_lines(title, epochs, lines, marks=shared_seams(histories)))


def told(run: RunCurves, status: str | None = None) -> str:
    """How far it came, in words."""
    count = f"{len(run.history)} epochs" if len(run.history) != 1 else "1 epoch"
    kept = f"epoch {run.best} is kept" if run.best is not None else None
    return ", ".join(each for each in (status, count, kept) if each is not None)
