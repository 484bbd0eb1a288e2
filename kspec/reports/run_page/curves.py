"""The curves of the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kspec.reports.charts.lines import Line, Mark, line_chart
from kspec.reports.panels import panels
from kspec.reports.run_page.evidence import Evidence
from kspec.runs.history import columns

__all__ = ["Curve", "HistoryTable", "curves", "history_table", "seconds_curve"]

# What begins anew within a history, and what it is called there.
SEAMS = {"phase": "phase", "segment": "part"}


@dataclass(frozen=True)
class Curve:
    """A chart, its name, and what its lines are."""

    name: str
    chart: Markup
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class HistoryTable:
    """Every number of the history as text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def curves(evidence: Evidence) -> list[Curve]:
    """One for the loss, one for each metric, and the learning rate; none without an epoch."""
    history = evidence.history
    if not history:
        return []
    found = []
    for name in panels(history):
        lines = [Line("training", _column(history, name), "training")]
        if any(f"val_{name}" in row for row in history):
            lines.append(Line("validation", _column(history, f"val_{name}"), "validation"))
        found.append(_curve(evidence, name.replace("_", " "), lines, gap=True))
    if any("learning_rate" in row for row in history):
        rate = Line("learning rate", _column(history, "learning_rate"), "neutral")
        found.append(_curve(evidence, "learning rate", [rate]))
    return found


def seconds_curve(evidence: Evidence) -> Curve | None:
    """The seconds of each epoch, where there are at least two."""
    seconds = _column(evidence.history, "seconds")
    if sum(map(math.isfinite, seconds)) < 2:
        return None
    return _curve(evidence, "seconds", [Line("seconds", seconds, "neutral")], kept=False)


def history_table(evidence: Evidence) -> HistoryTable:
    names = columns(evidence.history)
    rows = tuple(
        tuple(f"{row[name]:.6g}" if name in row else "" for name in names)
        for row in evidence.history
    )
    return HistoryTable(tuple(names), rows)


def _curve(
    evidence: Evidence,
    name: str,
    lines: Sequence[Line],
    *,
    gap: bool = False,
    kept: bool = True,
) -> Curve:
    epochs = _epochs(evidence)
    marks = [*_seams(evidence, epochs), *(_kept(evidence, epochs) if kept else ())]
    chart = line_chart(name, epochs, lines, marks=marks, gap=gap)
    return Curve(name, chart, tuple(lines))


def _epochs(evidence: Evidence) -> list[float]:
    return [row.get("epoch", index) for index, row in enumerate(evidence.history, start=1)]


def _seams(evidence: Evidence, epochs: Sequence[float]) -> list[Mark]:
    history = evidence.history
    marks = []
    for key, word in SEAMS.items():
        for index in range(1, len(history)):
            before, after = history[index - 1].get(key, 0), history[index].get(key, 0)
            if before != after:
                marks.append(Mark((epochs[index - 1] + epochs[index]) / 2, f"{word} {after:g}"))
    return marks


def _kept(evidence: Evidence, epochs: Sequence[float]) -> list[Mark]:
    best = evidence.result.get("best_epoch")
    if isinstance(best, int) and evidence.result["kept"] and best in epochs:
        return [Mark(best, f"kept: epoch {best}", "best")]
    return []


def _column(history: Sequence[dict[str, float]], name: str) -> list[float]:
    return [row.get(name, math.nan) for row in history]
