"""A page of a few tables, for the terminal or as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.text import Text

from kspec.cli.columns import Column, fitting, grid
from kspec.cli.console import show, stdout_console
from kspec.cli.harmless import harmless

__all__ = ["Section", "as_markdown", "show_sections"]


@dataclass(frozen=True)
class Section:
    """A title, lines of text, and a table.

    `styles` has a Rich style for each row; the `expendable` columns, by their headings, are left
    out in that order if a terminal is too narrow.
    """

    title: str
    lines: Sequence[str] = ()
    columns: Sequence[Column] = ()
    styles: Sequence[str | None] = ()
    expendable: Sequence[str] = ()


def show_sections(sections: Sequence[Section]) -> None:
    """Print the sections, the title of the first one bold."""
    console = stdout_console()
    parts: list[RenderableType] = []
    for index, section in enumerate(sections):
        if index:
            parts.append("")
        if section.title:
            parts.append(Text(harmless(section.title), style="bold"))
        parts += [Text(harmless(line)) for line in section.lines]
        if section.columns:
            columns = fitting(section.columns, console.width, section.expendable)
            parts.append(grid(columns, section.styles))
    show(console, *parts)


def as_markdown(sections: Sequence[Section]) -> str:
    """The sections in GitHub's Markdown."""
    lines: list[str] = []
    for index, section in enumerate(sections):
        if section.title:
            lines += [f"{'#' * (2 if index == 0 else 3)} {_escaped(section.title)}", ""]
        for line in section.lines:
            lines += [_escaped(line), ""]
        if section.columns:
            lines += [*_table(section.columns), ""]
    return "\n".join(lines).rstrip()


def _table(columns: Sequence[Column]) -> list[str]:
    rows = [
        [column.heading for column in columns],
        ["---" if column.text else "---:" for column in columns],
        *zip(*(column.cells for column in columns), strict=True),
    ]
    texts = [[each if n == 1 else _escaped(each) for each in row] for n, row in enumerate(rows)]
    return ["| " + " | ".join(row) + " |" for row in texts]


def _escaped(text: str) -> str:
    """Text escaped for Markdown."""
    for sign in ("\\", "|", "*", "_", "`", "<", "["):
        text = text.replace(sign, f"\\{sign}")
    return text
