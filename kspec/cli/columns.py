"""Columns of text, brought into the width that there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.table import Table

from kspec.cli.harmless import harmless

__all__ = ["Column", "fitting", "grid", "pairs"]

GAP = 2


@dataclass(frozen=True)
class Column:
    """A heading and a cell for each row; numbers stand at the right, text at the left.

    What a terminal would act upon is made visible: names and headings are what others wrote.
    """

    heading: str
    cells: tuple[str, ...]
    text: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "heading", harmless(self.heading))
        object.__setattr__(self, "cells", tuple(map(harmless, self.cells)))

    @property
    def width(self) -> int:
        return max(cell_len(cell) for cell in (self.heading, *self.cells))


def fitting(columns: Sequence[Column], width: int, expendable: Iterable[str]) -> list[Column]:
    """`columns`, of which the `expendable` are left out in that order until all fit in `width`.

    Those that nothing can be said without stay even so, and Rich folds them.
    """
    kept = list(columns)
    for heading in expendable:
        if sum(column.width + GAP for column in kept) - GAP <= width:
            break
        kept = [column for column in kept if column.heading != heading]
    return kept


def grid(columns: Sequence[Column], row_styles: Sequence[str | None] = ()) -> Table:
    """The columns side by side, without lines; `row_styles` has a Rich style for each row."""
    table = Table(
        box=None,
        pad_edge=False,
        padding=(0, 0, 0, GAP),
        header_style="bold",
        show_header=any(column.heading for column in columns),
    )
    for column in columns:
        table.add_column(
            column.heading, justify="left" if column.text else "right", overflow="fold"
        )
    rows = list(zip(*(column.cells for column in columns), strict=True))
    for row, style in zip(rows, row_styles or [None] * len(rows), strict=True):
        table.add_row(*row, style=style)
    return table


def pairs(lines: Iterable[tuple[str, str]]) -> Table:
    """A heading and its value on each line."""
    headings, values = zip(*lines, strict=True)
    return grid([Column("", headings, text=True), Column("", values, text=True)])
