"""A comparison as one self-contained page."""

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
# A page with this in its head may be overwritten.
MARK = b'<meta name="generator" content="kspec compare">'
# The most important columns come first: on a phone one has to scroll to the rest.
FIRST = ("name", "what", "against", "verdict", "metric", "test", "sd")


def write_page(comparison: Comparison, path: Path) -> None:
    """Write `path`: curves, tables, and what the differences show.

    Raises RunError for an existing file that is not such a page, and if it cannot be written.
    """
    require_ours(path, (MARK,), "comparison")
    # A name may contain half of a surrogate pair, which cannot be encoded.
    write_bytes(path, make_page(comparison).encode("utf-8", "replace"))


def make_page(comparison: Comparison, *, home: str | None = None) -> str:
    """The comparison as self-contained HTML; `home` is the target of a link back."""
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
