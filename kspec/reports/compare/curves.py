"""The overlaid curves of several groups of runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kspec.errors import RunError
from kspec.pages.charts.lines import RUNS, Line, Mark, line_chart
from kspec.runs.compare.groups import Group
from kspec.runs.files import read_history
from kspec.runs.main_measure import ACCURACIES
from kspec.runs.seams import common, shared_seams

__all__ = ["SHOWN", "Curve", "Panel", "panels"]

SHOWN = RUNS
"""Of so many groups curves are drawn."""

Rows = Sequence[Mapping[str, float]]


@dataclass(frozen=True)
class Curve:
    """A group's mean over its runs: values by epoch, from 1, and their range.

    `seams` are those that all of its runs have. Beyond the first `whole` epochs not all of its
    runs are left.
    """

    label: str
    role: str
    runs: int
    means: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    whole: int
    seams: tuple[Mark, ...] = ()

    def line(self, epochs: int) -> Line:
        """The curve for a chart of this many epochs."""

        def filled(values: tuple[float, ...]) -> tuple[float, ...]:
            return values + (math.nan,) * (epochs - len(values))

        band = (filled(self.lows), filled(self.highs)) if self.runs > 1 else None
        whole = self.whole if self.whole < len(self.means) else None
        breaks = tuple(mark.at for mark in self.seams)
        return Line(self.label, filled(self.means), self.role, breaks, band=band, whole=whole)


@dataclass(frozen=True)
class Panel:
    """One measure: its curves, their largest number of epochs, and the chart of all of them."""

    name: str
    curves: tuple[Curve, ...]
    epochs: int
    chart: Markup


def panels(groups: Sequence[Group]) -> list[Panel]:
    """A panel for the metric and one for the loss, on the validation set if there is one.

    Only the first `SHOWN` groups are drawn. A group without a history has no curve.
    """
    histories = [(group.label, _histories(group)) for group in groups[:SHOWN]]
    metric = groups[0].metric or "loss"
    found = []
    for name in dict.fromkeys((metric, "loss")):
        for prefix in ("val_", ""):
            curves = [
                curve
                for number, (label, rows) in enumerate(histories)
                if (curve := _curve(label, f"run{number}", rows, prefix, name)) is not None
            ]
            if curves:
                title = f"{name.replace('_', ' ')} on the "
                found.append(
                    _panel(title + ("validation set" if prefix else "training set"), curves)
                )
                break
    return found


def _histories(group: Group) -> list[Rows]:
    found = []
    for run in group.runs:
        try:
            found.append(read_history(run.path))
        except RunError:
            continue
    return [rows for rows in found if rows]


def _curve(
    label: str, role: str, histories: Sequence[Rows], prefix: str, name: str
) -> Curve | None:
    columns = [_column(rows, prefix, name) for rows in histories]
    columns = [column for column in columns if any(map(math.isfinite, column))]
    if not columns:
        return None
    means, lows, highs = [], [], []
    for epoch in range(max(map(len, columns))):
        there = [c[epoch] for c in columns if epoch < len(c) and math.isfinite(c[epoch])]
        means.append(math.fsum(there) / len(there) if there else math.nan)
        lows.append(min(there, default=math.nan))
        highs.append(max(there, default=math.nan))
    whole = min(map(len, columns))
    seams = tuple(shared_seams(histories))
    return Curve(label, role, len(columns), tuple(means), tuple(lows), tuple(highs), whole, seams)


def _column(rows: Rows, prefix: str, name: str) -> list[float]:
    names = [prefix + each for each in (ACCURACIES if name == "accuracy" else (name,))]
    return [next((row[each] for each in names if each in row), math.nan) for row in rows]


def _panel(name: str, curves: Sequence[Curve]) -> Panel:
    epochs = max(len(curve.means) for curve in curves)
    lines = [curve.line(epochs) for curve in curves]
    marks = common([curve.seams for curve in curves])
    chart = line_chart(name, range(1, epochs + 1), lines, marks=marks, points=False)
    return Panel(name, tuple(curves), epochs, chart)
