"""Charts side by side on a sheet, with a title, a legend and notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kspec.pages.charts.style import standalone_style
from kspec.pages.charts.svg import Drawing

__all__ = ["Key", "Panel", "new_sheet", "put", "sheet", "shortened"]

MARGIN, GAP = 20.0, 22.0
HEAD, LINE, KEY = 24.0, 18.0, 34.0
# The approximate width of a character; texts that do not fit are shortened.
CHARACTER = 6.9


@dataclass(frozen=True)
class Key:
    """An entry of the legend."""

    label: str
    role: str


@dataclass(frozen=True)
class Panel:
    """A chart with its name and legend; its place stays empty if the chart is None."""

    name: str
    chart: Drawing | None
    keys: tuple[Key, ...] = ()


def sheet(
    title: str,
    panels: Sequence[Panel],
    *,
    keys: Sequence[Key] = (),
    notes: Sequence[str] = (),
    columns: int = 2,
) -> Drawing:
    """The panels in rows of `columns`; `keys` is the legend for all of them, with a line for each.

    All charts have the size of the first.
    """
    columns = min(columns, len(panels))
    first = next(panel.chart for panel in panels if panel.chart is not None)
    width = 2 * MARGIN + columns * first.width + (columns - 1) * GAP
    rows = -(-len(panels) // columns)
    top = MARGIN + HEAD + LINE * (len(keys) + len(notes)) + 12
    height = top + rows * (HEAD + first.height) + (rows - 1) * 8 + MARGIN / 2
    names = ", ".join(panel.name for panel in panels if panel.chart is not None)
    whole = new_sheet(width, height, title, f"{title}: {names}")
    y = MARGIN + HEAD + 10
    for key in keys:
        _key(whole, key, MARGIN, y, width - 2 * MARGIN - KEY)
        y += LINE
    for note in notes:
        whole.add("text", shortened(note, width - 2 * MARGIN), x=MARGIN, y=y)
        y += LINE
    for place, panel in enumerate(panels):
        if panel.chart is None:
            continue
        row, column = divmod(place, columns)
        x = MARGIN + column * (first.width + GAP)
        y = top + row * (HEAD + first.height + 8)
        _panel(whole, panel, x, y)
    return whole


def new_sheet(width: float, height: float, title: str, says: str) -> Drawing:
    """An empty standalone picture with its style and title."""
    whole = Drawing(width, height, says, kind="sheet")
    whole.stand_alone(standalone_style())
    room = (width - 2 * MARGIN) / 1.6  # (The title is large and bold.)
    whole.add("text", shortened(title, room), class_="title", x=MARGIN, y=MARGIN + 12)
    return whole


def put(whole: Drawing, part: Drawing, x: float, y: float) -> None:
    """Put the content of `part` on `whole`, with its top left corner at (x, y)."""
    group = whole.add("g", transform=f"translate({x:g} {y:g})")
    group.extend(list(part.root))


def shortened(text: str, room: float) -> str:
    """`text`, with its middle left out if it is wider than `room` units."""
    most = max(int(room / CHARACTER), 8)
    if len(text) <= most:
        return text
    end = most // 2
    return f"{text[: most - end - 1]}…{text[-end:]}"


def _panel(whole: Drawing, panel: Panel, x: float, y: float) -> None:
    assert panel.chart is not None
    keys = sum(KEY + CHARACTER * len(key.label) + 14 for key in panel.keys)
    name = shortened(panel.name, (panel.chart.width - keys - 10) / 1.15)
    whole.add("text", name, class_="name", x=x, y=y + 14)
    at = x + panel.chart.width - keys
    for key in panel.keys:
        _key(whole, key, at, y + 14, panel.chart.width)
        at += KEY + CHARACTER * len(key.label) + 14
    put(whole, panel.chart, x, y + HEAD)


def _key(whole: Drawing, key: Key, x: float, y: float, room: float) -> None:
    end, middle = x + KEY - 8, y - 4
    whole.add("line", class_=f"curve {key.role}", x1=x, x2=end, y1=middle, y2=middle)
    whole.add("text", shortened(key.label, room), class_="ink", x=x + KEY, y=y)
