"""A drawing of the weights of a run: a row for each array, with its statistics side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kspec.pages.charts.axis import Axis, ticks
from kspec.pages.charts.svg import Drawing
from kspec.reports.plots.sheet import Key, new_sheet, put, shortened
from kspec.reports.weights import WeightStatistics

__all__ = ["HEADER", "SHOWN", "draw_weights", "numbers"]

SHOWN = 120
"""With more arrays than that only the kernels are drawn."""

HEADER = (
    "variable",
    "shape",
    "weights",
    "trainable",
    "mean",
    "std",
    "norm",
    "near_zero",
    "distance",
    "change",
)
"""The columns of `numbers`."""

LABEL, PANEL, GAP, ROW = 270.0, 190.0, 34.0, 18.0
MARGIN, TOP, FOOT = 20.0, 108.0, 22.0

# If an array has changed by more than this, its bar would dwarf all others.
FAR = 10.0

Rows = Sequence[WeightStatistics]


@dataclass(frozen=True)
class _Part:
    """The content of a panel; `zero` is the text in place of a dot that cannot be drawn."""

    title: str
    axis: Axis
    value: Callable[[WeightStatistics], float | None]
    zero: str = ""
    percent: bool = True


def draw_weights(name: str, rows: Rows, *, notes: Sequence[str] = ()) -> Drawing:
    """The standard deviation, the fraction near zero and the change since the start, per array."""
    shown = rows if len(rows) <= SHOWN else [row for row in rows if row.is_kernel]
    if len(shown) < len(rows):
        left = f"kernels only; the table has all {len(rows):,} arrays"
        notes = [*notes, left]
    width = 2 * MARGIN + LABEL + 3 * PANEL + 2 * GAP
    height = TOP + ROW * len(shown) + FOOT + 18 * len(notes)
    whole = new_sheet(width, height, name, f"{name}: the weights of {len(shown)} arrays")
    _keys(whole)
    for number, row in enumerate(shown):
        y = TOP + ROW * (number + 0.5)
        whole.add("text", shortened(row.path, LABEL), x=MARGIN, y=y + 4)
    changed = [row.change for row in shown if row.change is not None]
    spread = _logarithmic([row.deviation for row in shown])
    parts = (
        _Part("standard deviation", spread, lambda row: row.deviation, "all equal", percent=False),
        _Part("near zero", Axis(0, 1, 0, PANEL), lambda row: row.near_zero),
        _Part("change since the start", _from_zero(changed), lambda row: row.change, "none"),
    )
    for place, part in enumerate(parts):
        panel = Drawing(PANEL, height, part.title)
        _draw(panel, part, shown)
        put(whole, panel, MARGIN + LABEL + place * (PANEL + GAP), TOP)
    for number, note in enumerate(notes):
        y = TOP + ROW * len(shown) + FOOT + 18 * number + 6
        whole.add("text", shortened(note, width - 2 * MARGIN), x=MARGIN, y=y)
    return whole


def numbers(row: WeightStatistics) -> tuple[object, ...]:
    """The statistics of an array, for a table; empty where they are not known."""
    return (
        row.path,
        "x".join(map(str, row.shape)),
        row.count,
        int(row.trainable),
        row.mean,
        row.deviation,
        row.norm,
        row.near_zero,
        "" if row.distance is None else row.distance,
        "" if row.change is None else row.change,
    )


def _role(row: WeightStatistics) -> str:
    if not row.trainable:
        return "neutral"
    return "run0" if row.is_kernel else "run1"


def _keys(whole: Drawing) -> None:
    x = MARGIN
    for key in (
        Key("kernels", "run0"),
        Key("one value for each channel or unit", "run1"),
        Key("not trained", "neutral"),
    ):
        whole.add("circle", class_=f"point {key.role}", cx=x + 5, cy=MARGIN + 32, r=4)
        whole.add("text", key.label, class_="ink", x=x + 16, y=MARGIN + 36)
        x += 16 + 7.2 * len(key.label) + 22


def _draw(panel: Drawing, part: _Part, rows: Rows) -> None:
    """Dots for values on a logarithmic axis; bars for fractions, which begin at zero."""
    bottom, axis = ROW * len(rows), part.axis
    panel.add("text", part.title, class_="name", x=0, y=-28)
    for tick in _sparse(axis):
        at = axis.at(tick)
        text = f"{tick:g}"
        if part.percent:
            text = f"{tick:g} ×" if axis.logarithmic else f"{100 * tick:g} %"
        panel.add("line", class_="grid", x1=at, x2=at, y1=-4, y2=bottom)
        anchor = "end" if at > PANEL - 12 else "start" if at < 12 else "middle"
        panel.add("text", text, x=at, y=-10, text_anchor=anchor)
    for number, row in enumerate(rows):
        y = ROW * (number + 0.5)
        found = part.value(row)
        if found is None:
            panel.add("text", "began at zero" if row.distance is not None else "–", x=2, y=y + 4)
        elif not math.isfinite(found):
            panel.add("text", "not finite", class_="ink", x=2, y=y + 4)
        elif not axis.logarithmic:
            end = axis.at(found)
            if end > 0:
                panel.add("line", class_=f"wide {_role(row)}", x1=0, x2=end, y1=y, y2=y)
        elif found > 0:
            panel.add("circle", class_=f"point {_role(row)}", cx=axis.at(found), cy=y, r=4)
        else:
            panel.add("text", part.zero, x=2, y=y + 4)


def _logarithmic(values: Sequence[float]) -> Axis:
    positive = [value for value in values if value > 0 and math.isfinite(value)]
    low, high = (min(positive), max(positive)) if positive else (0.1, 1.0)
    low, high = 10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(high))
    return Axis(low, high if high > low else 10 * low, 0, PANEL, logarithmic=True)


def _from_zero(values: Sequence[float]) -> Axis:
    finite = [value for value in values if math.isfinite(value)]
    if max(finite, default=0.0) > FAR:
        return _logarithmic(finite)
    return Axis(0, max(finite, default=0.0) * 1.05 or 1.0, 0, PANEL)


def _sparse(axis: Axis) -> list[float]:
    """Few enough ticks that their labels do not overlap."""
    if not axis.logarithmic:
        return ticks(axis.low, axis.high, 3)
    powers = axis.ticks()
    return powers[:: math.ceil(len(powers) / 4)]
