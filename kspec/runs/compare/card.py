"""A comparison of runs in a notebook."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.pages.card import Table, card
from kspec.runs.compare.comparison import Comparison
from kspec.runs.compare.rows import NUMBERS, Row, difference_rows, group_rows
from kspec.runs.compare.wording import left_out, measured, notes

__all__ = ["comparison_card"]


def comparison_card(comparison: Comparison) -> str:
    """The groups, what their differences show, and the notes on them, as HTML."""
    tables = [_table("Runs side by side", group_rows(comparison))]
    if comparison.differences:
        of = f"Differences in {measured(comparison)} on the test set"
        tables.append(_table(of, difference_rows(comparison)))
    return card(
        "Runs held against",
        comparison.groups[0].label,
        tables=tables,
        notes=[*left_out(comparison), *notes(comparison)],
    )


def _table(caption: str, rows: Sequence[Row]) -> Table:
    headings = [name for name in rows[0] if name != "what"]
    return Table(caption, headings, [[row[name] for name in headings] for row in rows], NUMBERS)
