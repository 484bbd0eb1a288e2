"""The drawing as SVG, for a page or as a standalone file."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from kspec.pages.charts.svg import Drawing
from kspec.reports.network.boxes import Box
from kspec.reports.network.layout import Layout, lay_out

__all__ = ["draw_network", "network_drawing"]

BOX, LINE_LANE, GAP = 250.0, 18.0, 22.0
MARGIN, HEAD = 16.0, 30.0
TEXT_LINE, PADDING, BETWEEN = 16.0, 9.0, 30.0
# Longer texts are cut; a character is about 7 units wide.
CHARACTERS = 30
MOST_LINES = 12

STYLE = """
svg { background: #ffffff; color: #1b1f24; font: 12.5px system-ui, sans-serif; }
text { fill: #1b1f24; } .soft { fill: #57606a; }
.box { fill: #eef4f9; stroke: #0072b2; stroke-width: 1.2; }
.plain { fill: #f4f5f7; stroke: #57606a; } .end { stroke-width: 2.6; }
.line { fill: none; stroke: #57606a; stroke-width: 1.3; } .head { fill: #57606a; }
@media (prefers-color-scheme: dark) {
  svg { background: #14171b; } text { fill: #e8eaed; } .soft { fill: #a3abb5; }
  .box { fill: #16293a; stroke: #56b4e9; } .plain { fill: #1e2329; stroke: #a3abb5; }
  .line { stroke: #a3abb5; } .head { fill: #a3abb5; }
}
"""


def draw_network(boxes: Sequence[Box], title: str) -> Markup:
    """Like `network_drawing`, as the text of an SVG file."""
    return network_drawing(boxes, title).to_html()


def network_drawing(boxes: Sequence[Box], title: str) -> Drawing:
    """The boxes from top to bottom with lines between them, as a self-contained SVG file.

    Blue boxes have parameters; a thick border marks outputs of the network. The drawing follows the
    reader's light or dark setting.
    """
    layout = lay_out([box.takes for box in boxes])
    lefts, width = _lefts(layout)
    tops, height = _tops(boxes, layout)
    says = f"{title}: {len(boxes)} boxes from the input to the output"
    drawing = Drawing(width, height, says, kind="network")
    drawing.stand_alone(STYLE)
    drawing.add("text", _short(title, int(width / 8)), x=MARGIN, y=MARGIN + 10, font_weight="bold")
    for place, box in enumerate(boxes):
        for source in box.takes:
            _line(drawing, boxes, layout, lefts, tops, source, place)
    for place, box in enumerate(boxes):
        _box(drawing, box, lefts[layout.lanes[place]], tops[layout.rows[place]])
    return drawing


def _lefts(layout: Layout) -> tuple[list[float], float]:
    """The left edge of each lane, and the total width."""
    lefts, at = [], MARGIN
    for lane in range(layout.count):
        lefts.append(at)
        at += (BOX if lane in layout.boxed else LINE_LANE) + GAP
    return lefts, at - GAP + MARGIN


def _tops(boxes: Sequence[Box], layout: Layout) -> tuple[list[float], float]:
    """The top of each row, and the total height."""
    heights = [0.0] * (1 + max(layout.rows))
    for box, row in zip(boxes, layout.rows, strict=True):
        heights[row] = max(heights[row], _height(box))
    tops, at = [], MARGIN + HEAD
    for height in heights:
        tops.append(at)
        at += height + BETWEEN
    return tops, at - BETWEEN + MARGIN


def _height(box: Box) -> float:
    return 2 * PADDING + TEXT_LINE * len(_texts(box))


def _texts(box: Box) -> list[tuple[str, str]]:
    """The lines of text in a box, each with its CSS class."""
    texts = [(f"{box.rounds} ×", "soft")] if box.rounds > 1 else []
    shown = len(box.lines) if len(box.lines) <= MOST_LINES else MOST_LINES - 1
    for line, name in list(zip(box.lines, box.names, strict=True))[:shown]:
        texts.append((line, ""))
        if name is not None:
            texts.append((f"“{name}”", "soft"))
    if shown < len(box.lines):
        texts.append((f"… and {len(box.lines) - shown} more layers", ""))
    counts = [] if box.shape is None else [box.shape]
    if box.params:
        counts.append(f"{box.params:,} parameters")
    line = " · ".join(counts)
    below = [line] if line and len(line) <= CHARACTERS else counts
    return [*texts, *((each, "soft") for each in below)]


def _box(drawing: Drawing, box: Box, left: float, top: float) -> None:
    kind = "box" if box.params else "box plain"
    if box.gives:
        kind += " end"
    height = _height(box)
    drawing.add("rect", class_=kind, x=left, y=top, width=BOX, height=height, rx=6)
    for number, (text, role) in enumerate(_texts(box)):
        y = top + PADDING + TEXT_LINE * (number + 0.78)
        element = drawing.add("text", _short(text, CHARACTERS), x=left + 10, y=y)
        if role:
            element.set("class", role)


def _line(
    drawing: Drawing,
    boxes: Sequence[Box],
    layout: Layout,
    lefts: Sequence[float],
    tops: Sequence[float],
    source: int,
    target: int,
) -> None:
    """Draw a line from the bottom of one box to the top of another, through its lane."""

    def middle(lane: int) -> float:
        return lefts[lane] + (BOX if lane in layout.boxed else LINE_LANE) / 2

    x1, x2 = middle(layout.lanes[source]), middle(layout.lanes[target])
    y1 = tops[layout.rows[source]] + _height(boxes[source])
    y2 = tops[layout.rows[target]]
    path = f"M{x1:.1f} {y1:.1f}"
    at = x1
    if (source, target) in layout.passes:
        at = middle(layout.passes[source, target])
        turn = tops[layout.rows[source] + 1] - BETWEEN / 2
        path += f" V{turn:.1f} H{at:.1f}"
    path += f" V{y2 - BETWEEN / 2:.1f} H{x2:.1f} V{y2 - 5:.1f}"
    drawing.add("path", class_="line", d=path)
    corners = f"{x2 - 4:.1f},{y2 - 7:.1f} {x2 + 4:.1f},{y2 - 7:.1f} {x2:.1f},{y2:.1f}"
    drawing.add("polygon", class_="head", points=corners)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
