"""A comparison in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console, RenderableType
from rich.text import Text

from kspec.cli.columns import Column, Grid, fitting, grid
from kspec.cli.console import show, stdout_console
from kspec.cli.harmless import harmless
from kspec.runs.compare.comparison import Comparison
from kspec.runs.compare.rows import NUMBERS, Row, difference_rows, group_rows
from kspec.runs.compare.wording import left_out, measured, notes

__all__ = ["show_comparison"]

# A name gets a third of the terminal, so that there is room for its description. A long name is
# shortened to its beginning and its end, which distinguishes it from similar names.
END = 10
EXPENDABLE = (
    "what it is",
    "trainable",
    "time",
    "kept",
    "validation",
    "reference",
    "parameters",
    "95 % interval",
    "epochs",
    "runs",
)


def show_comparison(comparison: Comparison) -> None:
    """Print the groups side by side, what their differences show, and the notes on them.

    A narrow terminal gets fewer columns.
    """
    console = stdout_console()
    parts: list[RenderableType] = [_table(group_rows(comparison), console, EXPENDABLE)]
    if comparison.differences:
        first = comparison.groups[0]
        against = {each.first for each in comparison.differences}
        of = f"the {measured(comparison)} on the test set"
        heading = f"against {first.label}, {of}:" if len(against) == 1 else f"in pairs, {of}:"
        rows = difference_rows(comparison)
        parts += ["", Text(harmless(heading)), _table(rows, console, ("p", "95 % interval"))]
    said = [Text(note, style="dim") for note in notes(comparison)]
    missing = [Text(harmless(line)) for line in left_out(comparison)]
    show(console, *parts, *([""] if said or missing else []), *missing, *said)


def _table(rows: Sequence[Row], console: Console, expendable: Sequence[str]) -> Grid:
    columns = []
    for heading in rows[0]:
        cells = tuple(row[heading] for row in rows)
        if heading in ("name", "against"):
            cells = tuple(_shortened(cell, console) for cell in cells)
        shown = "" if heading == "verdict" else "what it is" if heading == "what" else heading
        columns.append(Column(shown, cells, text=heading not in NUMBERS))
    return grid(fitting(columns, console.width, expendable))


def _shortened(name: str, console: Console) -> str:
    """A name shortened to the room for it; in a pipe, the whole name."""
    name = harmless(name)
    room = max(console.width // 3, 2 * END)
    if not console.is_terminal or cell_len(name) <= room:
        return name
    return f"{set_cell_size(name, room - END - 1).rstrip()}…{name[-END:]}"
