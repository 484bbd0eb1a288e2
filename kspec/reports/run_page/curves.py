"""The curves of the page."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from kspec.pages.charts.lines import Line
from kspec.reports.charts.history import RunPanel, column, kept_marks, run_panels
from kspec.reports.run_page.evidence import Evidence
from kspec.runs.history import columns
from kspec.runs.seams import epochs_of, seams

__all__ = ["Curve", "HistoryTable", "curves", "history_table", "seconds_curve"]


@dataclass(frozen=True)
class Curve:
    """A chart with its name and legend."""

    name: str
    chart: Markup
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class HistoryTable:
    """Every number of the history as text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def curves(evidence: Evidence) -> list[Curve]:
    """Curves of the loss, each metric and the learning rate; none before the first epoch."""
    if not evidence.history:
        return []
    kept = evidence.result.get("best_epoch") if evidence.result.get("kept") else None
    marks = [*seams(evidence.history), *kept_marks(evidence.history, kept)]
    return [
        Curve(each.name, each.draw(marks).to_html(), each.lines)
        for each in run_panels(evidence.history)
    ]


def seconds_curve(evidence: Evidence) -> Curve | None:
    """The seconds of each epoch, if there are at least two epochs."""
    history = evidence.history
    seconds = column(history, "seconds")
    if sum(map(math.isfinite, seconds)) < 2:
        return None
    marks = seams(history)
    line = Line("seconds", seconds, "neutral", tuple(mark.at for mark in marks))
    panel = RunPanel("seconds", tuple(epochs_of(history)), (line,))
    return Curve(panel.name, panel.draw(marks).to_html(), panel.lines)


def history_table(evidence: Evidence) -> HistoryTable:
    names = columns(evidence.history)
    rows = tuple(
        tuple(f"{row[name]:.6g}" if name in row else "" for name in names)
        for row in evidence.history
    )
    return HistoryTable(tuple(names), rows)
