"""The charts of one history: loss, metrics, learning rate, with what is to be marked on them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kspec.pages.charts.lines import Line, Mark, draw_lines
from kspec.pages.charts.svg import Drawing
from kspec.reports.panels import panels

__all__ = ["RunPanel", "column", "epochs_of", "kept_marks", "run_panels", "seams"]

History = Sequence[Mapping[str, float]]

# What begins anew within a history, and what it is called there.
SEAMS = {"phase": "phase", "segment": "part"}


@dataclass(frozen=True)
class RunPanel:
    """The lines of one measure over the epochs; with `gap` what lies between them is shaded."""

    name: str
    epochs: tuple[float, ...]
    lines: tuple[Line, ...]
    gap: bool = False

    def draw(self, marks: Sequence[Mark] = ()) -> Drawing:
        return draw_lines(self.name, self.epochs, self.lines, marks=marks, gap=self.gap)


def run_panels(history: History) -> list[RunPanel]:
    """One for the loss, one for each metric, and the learning rate, if it was recorded."""
    epochs = tuple(epochs_of(history))
    found = []
    for name in panels(history):
        lines = [Line("training", column(history, name), "training")]
        if any(f"val_{name}" in row for row in history):
            lines.append(Line("validation", column(history, f"val_{name}"), "validation"))
        found.append(RunPanel(name.replace("_", " "), epochs, tuple(lines), gap=True))
    if any("learning_rate" in row for row in history):
        rate = Line("learning rate", column(history, "learning_rate"), "neutral")
        found.append(RunPanel("learning rate", epochs, (rate,)))
    return found


def seams(history: History) -> list[Mark]:
    """Between two phases, and where a run went on on another backend or with another spec."""
    epochs = epochs_of(history)
    marks = []
    for key, word in SEAMS.items():
        for index in range(1, len(history)):
            before, after = history[index - 1].get(key, 0), history[index].get(key, 0)
            if before != after:
                marks.append(Mark((epochs[index - 1] + epochs[index]) / 2, f"{word} {after:g}"))
    return marks


def kept_marks(history: History, best: object) -> list[Mark]:
    """The mark of the epoch `best`, if the history has that."""
    if isinstance(best, int) and best in epochs_of(history):
        return [Mark(best, f"kept: epoch {best}", "best")]
    return []


def epochs_of(history: History) -> list[float]:
    """The numbers of the epochs."""
    return [row.get("epoch", index) for index, row in enumerate(history, start=1)]


def column(history: History, name: str) -> list[float]:
    """A column of the history, NaN where an epoch lacks it."""
    return [row.get(name, math.nan) for row in history]
