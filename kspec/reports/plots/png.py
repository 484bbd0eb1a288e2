"""A drawing as PNG: its shapes and styles, rendered by Matplotlib."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Polygon, Rectangle
from matplotlib.text import Text

from kspec.pages.charts.svg import Drawing
from kspec.reports.plots.css import StyleSheet

__all__ = ["MARK", "draw_png"]

MARK = b"Software\x00kspec"
"""What a PNG has near its beginning that may be written anew."""

# A unit of the drawing is 1/100 inch, a point is 1/72 inch; there are two dots per unit.
UNIT, POINT, DPI = 1 / 100, 72 / 100, 200
MOST_DOTS = 60_000
ANCHORS = {"middle": "center", "end": "right"}

Style = dict[str, str]


def draw_png(drawing: Drawing, path: Path) -> None:
    """Write `drawing` to `path` as a light picture, with two dots per unit.

    Elements without a style in the drawing's `style` are left out. A character that Matplotlib's
    own font lacks becomes a box.
    """
    width, height = drawing.width, drawing.height
    figure = Figure(figsize=(width * UNIT, height * UNIT))
    FigureCanvasAgg(figure)
    style = StyleSheet(next((each.text or "" for each in drawing.root.iter("style")), ""))
    figure.set_facecolor(style.of("svg").get("background", "white"))
    canvas = _Canvas(figure, style, width, height)
    canvas.children(drawing.root, 0.0, 0.0)
    dots = min(DPI, int(MOST_DOTS / (max(width, height) * UNIT)))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        figure.savefig(path, format="png", dpi=dots, metadata={"Software": "kspec"})


class _Canvas:
    """Draws SVG elements on a figure whose single axes use the units of the drawing."""

    def __init__(self, figure: Figure, style: StyleSheet, width: float, height: float) -> None:
        self._axes = figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._style = style
        self._order = 0

    def children(self, parent: Element, x: float, y: float) -> None:
        for element in parent:
            if element.tag == "g":
                moved = re.findall(r"-?[\d.]+", element.get("transform", "0 0"))
                self.children(element, x + float(moved[0]), y + float(moved[1]))
            elif element.tag != "style":
                self._put(element, x, y)

    def _put(self, element: Element, x: float, y: float) -> None:
        style = dict(element.attrib) | self._style.of(element.tag, element.get("class", ""))
        draw = getattr(self, f"_{element.tag}")
        self._order += 1
        draw(element, style, x, y)

    def _rect(self, element: Element, style: Style, x: float, y: float) -> None:
        at = x + _number(element, "x"), y + _number(element, "y")
        width, height, round_ = (_number(element, each) for each in ("width", "height", "rx"))
        if round_:
            box = f"round,pad=0,rounding_size={round_:g}"
            self._patch(FancyBboxPatch(at, width, height, boxstyle=box, **_filled(style)))
        else:
            self._patch(Rectangle(at, width, height, **_filled(style)))

    def _circle(self, element: Element, style: Style, x: float, y: float) -> None:
        at = x + _number(element, "cx"), y + _number(element, "cy")
        self._patch(Circle(at, _number(element, "r"), **_filled(style)))

    def _polygon(self, element: Element, style: Style, x: float, y: float) -> None:
        self._patch(Polygon(_points(element, x, y), closed=True, **_filled(style)))

    def _polyline(self, element: Element, style: Style, x: float, y: float) -> None:
        self._lines(_points(element, x, y), style)

    def _line(self, element: Element, style: Style, x: float, y: float) -> None:
        ends = ((_number(element, f"x{end}"), _number(element, f"y{end}")) for end in "12")
        self._lines([(x + across, y + down) for across, down in ends], style)

    def _path(self, element: Element, style: Style, x: float, y: float) -> None:
        """Draw a path; the drawings only move (M) and go vertically (V) or horizontally (H)."""
        points: list[tuple[float, float]] = []
        for command, text in re.findall(r"([MHV])([-\d. ]+)", element.get("d", "")):
            numbers = [float(each) for each in text.split()]
            if command == "M":
                points.append((numbers[0] + x, numbers[1] + y))
            elif command == "H":
                points.append((numbers[0] + x, points[-1][1]))
            else:
                points.append((points[-1][0], numbers[0] + y))
        self._lines(points, style)

    def _text(self, element: Element, style: Style, x: float, y: float) -> None:
        size = float(style.get("font-size", "12.5px").removesuffix("px"))
        text = Text(
            x + _number(element, "x"),
            y + _number(element, "y"),
            element.text or "",
            fontsize=size * POINT * 0.96,  # (Its font is wider than a browser's.)
            color=style.get("fill", "black"),
            ha=ANCHORS.get(style.get("text-anchor", ""), "left"),
            va="baseline",
            weight="bold" if style.get("font-weight", "normal") in ("bold", "600") else "normal",
            parse_math=False,
            zorder=self._order,
        )
        self._axes.add_artist(text)

    def _patch(self, patch: Any) -> None:
        patch.set_zorder(self._order)
        self._axes.add_patch(patch)

    def _lines(self, points: list[tuple[float, float]], style: Style) -> None:
        width = float(style.get("stroke-width", "1")) * POINT
        line = Line2D(
            *zip(*points, strict=True),
            color=style.get("stroke", "none"),
            linewidth=width,
            solid_capstyle="butt",
            dash_capstyle="butt",
            solid_joinstyle="round",
            zorder=self._order,
        )
        dashes = [float(each) * POINT for each in style.get("stroke-dasharray", "").split()]
        if dashes:  # (Matplotlib measures them in line widths.)
            line.set_linestyle((0, [each / width for each in dashes]))
        self._axes.add_artist(line)


def _filled(style: Style) -> dict[str, Any]:
    return {
        "facecolor": (style.get("fill", "black"), float(style.get("fill-opacity", "1")))
        if style.get("fill") != "none"
        else "none",
        "edgecolor": style.get("stroke", "none"),
        "linewidth": float(style.get("stroke-width", "1")) * POINT,
    }


def _points(element: Element, x: float, y: float) -> list[tuple[float, float]]:
    pairs = (pair.split(",") for pair in element.get("points", "").split())
    return [(float(across) + x, float(down) + y) for across, down in pairs]


def _number(element: Element, name: str) -> float:
    return float(element.get(name, "0"))
