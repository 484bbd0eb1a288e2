"""Curves over the epochs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Literal

from markupsafe import Markup

from kspec.pages.charts.axis import Axis, axis_of, whole_ticks
from kspec.pages.charts.svg import Drawing, number

__all__ = ["RUNS", "Line", "Mark", "draw_lines", "line_chart"]

RUNS = 7
"""So many lines can be told apart, by colour and by dashes: their roles are run0 to run6."""

WIDTH, HEIGHT = 420, 260
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 22, 40
# Up to this many values get points; a single value would not make a line.
POINTS_UP_TO = 20
# The approximate width of a character in the labels of marks.
CHARACTER = 7.0


@dataclass(frozen=True)
class Line:
    """One curve: a value for each epoch; values that are not finite are gaps.

    `role` is "training", "validation", "neutral" or one of `RUNS`, and sets its style. The curve is
    interrupted at the `breaks`, where something begins anew. There is a ring at the epoch `best`.
    If the curve is a mean, `band` holds the lowest and the highest value of each epoch. After the
    first `whole` values the curve is thin, since those are of fewer runs.
    """

    label: str
    values: Sequence[float]
    role: str
    breaks: Sequence[float] = ()
    best: float | None = None
    band: tuple[Sequence[float], Sequence[float]] | None = None
    whole: int | None = None


@dataclass(frozen=True)
class Mark:
    """A vertical line at an epoch, with a label above it."""

    at: float
    label: str
    role: Literal["best", "seam"] = "seam"


def line_chart(
    name: str,
    epochs: Sequence[float],
    lines: Sequence[Line],
    *,
    marks: Sequence[Mark] = (),
    gap: bool = False,
    points: bool = True,
) -> Markup:
    """Like `draw_lines`, as markup for a page."""
    return draw_lines(name, epochs, lines, marks=marks, gap=gap, points=points).to_html()


def draw_lines(
    name: str,
    epochs: Sequence[float],
    lines: Sequence[Line],
    *,
    marks: Sequence[Mark] = (),
    gap: bool = False,
    width: float = WIDTH,
    points: bool = True,
) -> Drawing:
    """The curves of `lines` over `epochs`; with `gap` the area between the first two is shaded.

    With `points` each value has a point if there are few.

    The axis is logarithmic if the values differ by a factor of a thousand.
    """
    shown = [each for line in lines for each in (line.values, *(line.band or ()))]
    finite = [value for values in shown for value in values if math.isfinite(value)]
    y = axis_of(finite, HEIGHT - BOTTOM, TOP)
    first, last = (min(epochs), max(epochs)) if epochs else (0.0, 1.0)
    margin = max(0.5, 0.02 * (last - first))
    x = Axis(first - margin, last + margin, LEFT, width - RIGHT)
    drawing = Drawing(width, HEIGHT, f"{name} over the epochs: {_said(lines)}")
    _frame(drawing, x, y, first, last)
    if gap and len(lines) == 2:
        between = (lines[0].values, lines[1].values)
        _shade(drawing, x, y, epochs, between, lines[0].breaks, "gap")
    for line in lines:
        if line.band is not None:
            _shade(drawing, x, y, epochs, line.band, line.breaks, f"band {line.role}")
    taken: list[tuple[float, float, float]] = []
    for mark in sorted(marks, key=lambda mark: mark.role):  # "best" sorts first.
        _mark(drawing, mark, x, y, taken)
        if mark.role == "best" and lines:
            line = next((line for line in lines if line.role == "validation"), lines[0])
            _ring(drawing, line, mark.at, x, y, epochs)
    for line in lines:
        _curve(drawing, line, x, y, epochs, up_to=POINTS_UP_TO if points else 0)
    if not finite:
        middle = (x.start + x.end) / 2
        drawing.add("text", "no finite value", x=middle, y=HEIGHT / 2, text_anchor="middle")
    return drawing


def _said(lines: Sequence[Line]) -> str:
    parts = []
    for line in lines:
        finite = [value for value in line.values if math.isfinite(value)]
        parts.append(
            f"{line.label} from {finite[0]:.4g} to {finite[-1]:.4g}"
            if finite
            else f"{line.label} without a finite value"
        )
    return "; ".join(parts)


def _frame(drawing: Drawing, x: Axis, y: Axis, first: float, last: float) -> None:
    for value in y.ticks():
        place = y.at(value)
        drawing.add("line", class_="grid", x1=x.start, x2=x.end, y1=place, y2=place)
        drawing.add("text", f"{value:.6g}", x=LEFT - 7, y=place + 4, text_anchor="end")
    for epoch in whole_ticks(first, last):
        drawing.add("text", str(epoch), x=x.at(epoch), y=y.start + 17, text_anchor="middle")
    drawing.add("line", class_="axis", x1=x.start, x2=x.end, y1=y.start, y2=y.start)
    drawing.add("text", "epoch", x=(x.start + x.end) / 2, y=HEIGHT - 6, text_anchor="middle")


def _runs(
    x: Axis, y: Axis, epochs: Sequence[float], values: Sequence[float], breaks: Sequence[float]
) -> Iterator[list[tuple[float, float]]]:
    """The points of a curve, as a list for each stretch without a gap or break."""
    stretch: list[tuple[float, float]] = []
    before = -math.inf
    for epoch, value in zip(epochs, values, strict=True):
        if stretch and any(before < each <= epoch for each in breaks):
            yield stretch
            stretch = []
        before = epoch
        if math.isfinite(value):
            stretch.append((x.at(epoch), y.at(value)))
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _curve(
    drawing: Drawing, line: Line, x: Axis, y: Axis, epochs: Sequence[float], *, up_to: int
) -> None:
    whole = len(line.values) if line.whole is None else line.whole
    parts = [("", 0, whole)]
    if whole < len(line.values):
        parts.append((" rest", whole - 1, len(line.values)))
    points = sum(map(math.isfinite, line.values)) <= up_to
    for kind, first, last in parts:
        for stretch in _runs(x, y, epochs[first:last], line.values[first:last], line.breaks):
            if len(stretch) > 1:
                role = f"curve {line.role}{kind}"
                drawing.add("polyline", class_=role, points=_points(stretch))
            if points or (len(stretch) == 1 and not kind):
                for at, height in stretch:
                    drawing.add("circle", class_=f"point {line.role}", cx=at, cy=height, r=3)
    if line.best is not None:
        _ring(drawing, line, line.best, x, y, epochs)


def _shade(
    drawing: Drawing,
    x: Axis,
    y: Axis,
    epochs: Sequence[float],
    between: tuple[Sequence[float], Sequence[float]],
    breaks: Sequence[float],
    kind: str,
) -> None:
    """Shade the area between two curves, separately for each stretch between breaks."""
    both = [
        (epoch, first, second)
        for epoch, first, second in zip(epochs, *between, strict=True)
        if math.isfinite(first) and math.isfinite(second)
    ]
    ends = [-math.inf, *sorted(breaks), math.inf]
    for start, end in pairwise(ends):
        part = [each for each in both if start <= each[0] < end]
        if len(part) > 1:
            there = [(x.at(epoch), y.at(first)) for epoch, first, _ in part]
            back = [(x.at(epoch), y.at(second)) for epoch, _, second in reversed(part)]
            drawing.add("polygon", class_=kind, points=_points([*there, *back]))


def _mark(
    drawing: Drawing, mark: Mark, x: Axis, y: Axis, taken: list[tuple[float, float, float]]
) -> None:
    """Draw the line, and its label where it does not overlap those in `taken`.

    That is above the chart, on one side of the line or the other, or else within the chart.
    """
    at = x.at(mark.at)
    drawing.add("line", class_=f"mark {mark.role}", x1=at, x2=at, y1=y.start, y2=y.end)
    width = CHARACTER * len(mark.label) + 8
    sides = {"start": (at, at + width), "end": (at - width, at)}
    inward = sorted(sides, reverse=at <= (x.start + x.end) / 2)
    for height, side in product((TOP - 7.0, TOP + 9.0), inward):
        low, high = sides[side]
        beside = all(h != height or high <= left or low >= right for h, left, right in taken)
        if beside and low >= 0 and high <= drawing.width:
            place = at + (4 if side == "start" else -4)
            drawing.add("text", mark.label, class_="mark", x=place, y=height, text_anchor=side)
            taken.append((height, low, high))
            return


def _ring(
    drawing: Drawing, line: Line, at: float, x: Axis, y: Axis, epochs: Sequence[float]
) -> None:
    value = dict(zip(epochs, line.values, strict=True)).get(at, math.nan)
    if math.isfinite(value):
        drawing.add("circle", class_=f"ring {line.role}", cx=x.at(at), cy=y.at(value), r=5.5)


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{number(at)},{number(height)}" for at, height in points)
