"""A drawing of the learning rate of a training that has not begun."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kspec.pages.charts.lines import Line, Mark, draw_lines
from kspec.pages.charts.svg import Drawing
from kspec.reports.plots.sheet import Panel, sheet

__all__ = ["draw_schedule"]

WIDTH = 760

Points = Sequence[tuple[float, float]]


def draw_schedule(name: str, phases: Sequence[Points], *, notes: Sequence[str] = ()) -> Drawing:
    """The rates of each of the `phases`, by the number of epochs passed."""
    epochs: list[float] = []
    rates: list[float] = []
    marks = []
    for number, points in enumerate(phases, start=1):
        if epochs:  # No line connects one phase to the next.
            marks.append(Mark(points[0][0], f"phase {number}"))
            epochs.append(points[0][0])
            rates.append(math.nan)
        epochs += [epoch for epoch, _ in points]
        rates += [rate for _, rate in points]
    line = Line("learning rate", rates, "run0")
    chart = draw_lines("learning rate", epochs, [line], marks=marks, width=WIDTH, points=False)
    return sheet(name, [Panel("learning rate", chart)], notes=notes)
