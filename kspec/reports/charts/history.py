"""The charts of one history: loss, metrics and learning rate, with marks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kspec.pages.charts.lines import Line, Mark, draw_lines
from kspec.pages.charts.svg import Drawing
from kspec.reports.panels import panels
from kspec.runs.seams import epochs_of, seams

__all__ = ["RunPanel", "column", "kept_marks", "run_panels"]

History = Sequence[Mapping[str, float]]


@dataclass(frozen=True)
class RunPanel:
    """The lines of one measure over the epochs; with `gap` the area between them is shaded."""

    name: str
    epochs: tuple[float, ...]
    lines: tuple[Line, ...]
    gap: bool = False

    def draw(self, marks: Sequence[Mark] = ()) -> Drawing:
        return draw_lines(self.name, self.epochs, self.lines, marks=marks, gap=self.gap)


def run_panels(history: History) -> list[RunPanel]:
    """A panel for the loss, for each metric, and for the learning rate if it was recorded."""
    epochs = tuple(epochs_of(history))
    breaks = tuple(mark.at for mark in seams(history))
    found = []
    for name in panels(history):
        lines = [Line("training", column(history, name), "training", breaks)]
        if any(f"val_{name}" in row for row in history):
            values = column(history, f"val_{name}")
            lines.append(Line("validation", values, "validation", breaks))
        found.append(RunPanel(name.replace("_", " "), epochs, tuple(lines), gap=True))
    if any("learning_rate" in row for row in history):
        rate = Line("learning rate", column(history, "learning_rate"), "neutral", breaks)
        found.append(RunPanel("learning rate", epochs, (rate,)))
    return found


def kept_marks(history: History, best: object) -> list[Mark]:
    """The mark of the epoch `best`, if the history has it."""
    if isinstance(best, int) and best in epochs_of(history):
        return [Mark(best, f"kept: epoch {best}", "best")]
    return []


def column(history: History, name: str) -> list[float]:
    """A column of the history, with NaN for epochs without a value."""
    return [row.get(name, math.nan) for row in history]
