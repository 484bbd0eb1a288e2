"""Charts with the same scale on both axes: predictions against the truth."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from kspec.pages.charts.axis import Axis, linear_axis
from kspec.pages.charts.svg import Drawing
from kspec.reports.calibration import Calibration

__all__ = ["reliability_chart", "scatter_chart"]

SIDE = 380
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 46


def reliability_chart(calibration: Calibration) -> Markup:
    """A bar for each bin, as high as its accuracy; on the diagonal confidence equals accuracy.

    A point marks the mean confidence of the bin, at its accuracy, and a line joins it to the
    diagonal.
    """
    says = (
        f"reliability diagram; expected calibration error {100 * calibration.error:.2f} %; "
        "the table has its numbers"
    )
    drawing = Drawing(SIDE, SIDE, says, kind="chart square")
    x, y = _square(drawing, Axis(0, 1, 0, 1), "confidence", "accuracy")
    for each in calibration.bins:
        if not each.count:
            continue
        left, right = x.at(each.low), x.at(each.high)
        height = y.start - y.at(each.accuracy)
        drawing.add(
            "rect",
            class_="bar",
            x=left + 1,
            y=y.at(each.accuracy),
            width=right - left - 2,
            height=height,
        )
    _diagonal(drawing, x, y)
    for each in calibration.bins:
        if each.count:
            at = x.at(each.confidence)
            right, claimed = y.at(each.accuracy), y.at(each.confidence)
            drawing.add("line", class_="off", x1=at, x2=at, y1=right, y2=claimed)
            drawing.add("circle", class_="point validation", cx=at, cy=right, r=3)
    return drawing.to_html()


def scatter_chart(true: Sequence[float], predicted: Sequence[float], name: str) -> Markup:
    """A point for each sample: the true value on the x axis, the prediction on the y axis."""
    drawing = Drawing(
        SIDE,
        SIDE,
        f"{name}: {len(true):,} predictions against the true values",
        kind="chart square",
    )
    scale = linear_axis([*true, *predicted], 0, 1)
    x, y = _square(drawing, scale, "true value", "predicted")
    _diagonal(drawing, x, y)
    for one, other in zip(true, predicted, strict=True):
        drawing.add("circle", class_="dot", cx=x.at(one), cy=y.at(other), r=2.2)
    return drawing.to_html()


def _square(drawing: Drawing, scale: Axis, across: str, up: str) -> tuple[Axis, Axis]:
    x = Axis(scale.low, scale.high, LEFT, SIDE - RIGHT)
    y = Axis(scale.low, scale.high, SIDE - BOTTOM, TOP)
    for value in x.ticks():
        place, height = x.at(value), y.at(value)
        drawing.add("line", class_="grid", x1=x.start, x2=x.end, y1=height, y2=height)
        drawing.add("text", f"{value:.6g}", x=LEFT - 7, y=height + 4, text_anchor="end")
        drawing.add("text", f"{value:.6g}", x=place, y=y.start + 17, text_anchor="middle")
    drawing.add("line", class_="axis", x1=x.start, x2=x.end, y1=y.start, y2=y.start)
    drawing.add("text", across, x=(x.start + x.end) / 2, y=SIDE - 8, text_anchor="middle")
    middle = (y.start + y.end) / 2
    turn = f"rotate(-90 14 {middle})"
    drawing.add("text", up, x=14, y=middle, text_anchor="middle", transform=turn)
    return x, y


def _diagonal(drawing: Drawing, x: Axis, y: Axis) -> None:
    drawing.add("line", class_="diagonal", x1=x.start, y1=y.start, x2=x.end, y2=y.end)
