"""A comparison as one page that needs nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kspec.pages.environment import environment
from kspec.reports.compare.curves import SHOWN, panels
from kspec.reports.ours import require_ours
from kspec.reports.run_page.words import told
from kspec.runs.atomic import write_bytes
from kspec.runs.compare.comparison import Comparison
from kspec.runs.compare.rows import NUMBERS, Row, difference_rows, group_rows
from kspec.runs.compare.wording import left_out, measured, notes

__all__ = ["make_page", "write_page"]

TEMPLATES = Path(__file__).parent / "templates"
# By this in its head a page is known as one that may be written anew.
MARK = b'<meta name="generator" content="kspec compare">'
# What a reader looks for stands first: on a phone the rest has to be scrolled to.
FIRST = ("name", "what", "against", "verdict", "metric", "test", "sd")


def write_page(comparison: Comparison, path: Path) -> None:
    """Write `path`: curves, tables, and what the differences show.

    Raises RunError for a file that is there and no such page, and for one that cannot be written.
    """
    require_ours(path, (MARK,), "comparison")
    # A name may hold what no file can: half of a character.
    write_bytes(path, make_page(comparison).encode("utf-8", "replace"))


def make_page(comparison: Comparison, *, home: str | None = None) -> str:
    """The comparison as HTML that holds all of itself; `home` is where a link back leads."""
    templates = environment(TEMPLATES)
    templates.filters["told"] = told
    return templates.get_template("compare.html").render(
        home=home,
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        groups=list(map(_in_order, group_rows(comparison))),
        abouts=[group.about for group in comparison.groups],
        differences=list(map(_in_order, difference_rows(comparison))),
        numbers=NUMBERS,
        baseline=comparison.groups[0].label,
        measured=measured(comparison),
        labels=[group.label for group in comparison.groups[:SHOWN]],
        more=max(0, len(comparison.groups) - SHOWN),
        panels=panels(comparison.groups),
        left_out=list(left_out(comparison)),
        notes=list(notes(comparison)),
    )


def _in_order(row: Row) -> Row:
    return {name: row[name] for name in (*FIRST, *row) if name in row}
