"""Columns of text, fitted to the available width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.table import Table

from kspec.cli.harmless import harmless

__all__ = ["Column", "Grid", "fitting", "grid", "pairs"]

GAP = 2


@dataclass(frozen=True)
class Column:
    """A heading and a cell for each row; numbers are right-aligned, text is left-aligned.

    Control characters are made visible, since names and headings come from other people's files.
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
    """`columns`, from which `expendable` ones are dropped in that order until all fit in `width`.

    The other columns always stay; if they do not fit, Rich folds them.
    """
    kept = list(columns)
    for heading in expendable:
        if sum(column.width + GAP for column in kept) - GAP <= width:
            break
        kept = [column for column in kept if column.heading != heading]
    return kept


@dataclass(frozen=True)
class Grid:
    """Columns side by side, as a renderable for Rich."""

    columns: Sequence[Column]
    row_styles: Sequence[str | None]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if console.is_terminal:
            yield self._table()
        else:  # Nothing to fold or style here, and Rich would take ten times as long.
            for line in self._lines():
                yield Segment(line)
                yield Segment.line()

    @property
    def _rows(self) -> list[tuple[str, ...]]:
        return list(zip(*(column.cells for column in self.columns), strict=True))

    @property
    def _has_headings(self) -> bool:
        return any(column.heading for column in self.columns)

    def _table(self) -> Table:
        table = Table(
            box=None,
            pad_edge=False,
            padding=(0, 0, 0, GAP),
            header_style="bold",
            show_header=self._has_headings,
        )
        for column in self.columns:
            table.add_column(
                column.heading, justify="left" if column.text else "right", overflow="fold"
            )
        rows = self._rows
        for row, style in zip(rows, self.row_styles or [None] * len(rows), strict=True):
            table.add_row(*row, style=style)
        return table

    def _lines(self) -> Iterator[str]:
        headings = [tuple(column.heading for column in self.columns)] if self._has_headings else []
        widths = [column.width for column in self.columns]
        for row in headings + self._rows:
            cells = []
            for cell, column, width in zip(row, self.columns, widths, strict=True):
                room = " " * (width - cell_len(cell))
                cells.append(cell + room if column.text else room + cell)
            yield (" " * GAP).join(cells)


def grid(columns: Sequence[Column], row_styles: Sequence[str | None] = ()) -> Grid:
    """The columns side by side, without lines; `row_styles` has a Rich style for each row."""
    return Grid(columns, row_styles)


def pairs(lines: Iterable[tuple[str, str]]) -> Grid:
    """A heading and its value on each line."""
    headings, values = zip(*lines, strict=True)
    return grid([Column("", headings, text=True), Column("", values, text=True)])
