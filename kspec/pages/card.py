"""A small piece of HTML that describes an object, for a notebook.

It is shown in a foreign page that may be light or dark, without a way to know which: so its text
and lines inherit the surrounding colour, its curves have colours that are visible on both, and its
style is scoped to it. It runs no script and loads nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from kspec.pages.environment import SHARED, environment

__all__ = ["Figure", "Progress", "Table", "card"]


@dataclass(frozen=True)
class Table:
    """Cells of text by row; the columns named in `numbers` are right-aligned.

    With `folded` it is collapsed at first.
    """

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Collection[str] = ()
    folded: bool = False


@dataclass(frozen=True)
class Figure:
    """A chart, its name, and its legend: each line's label with the class for its colour."""

    name: str
    chart: Markup
    lines: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Progress:
    """A progress bar: `done` of `whole`, with a text."""

    done: int
    whole: int
    text: str


def card(
    kind: str,
    name: str,
    *,
    about: str = "",
    facts: Sequence[tuple[str, str]] = (),
    progress: Progress | None = None,
    figures: Sequence[Figure] = (),
    tables: Sequence[Table] = (),
    notes: Sequence[str] = (),
    folded: bool = False,
) -> str:
    """The piece of HTML; everything but charts is escaped. With `folded` figures are collapsed."""
    html = (
        _templates()
        .get_template("card.html")
        .render(
            kind=kind,
            name=name,
            about=about,
            facts=facts,
            progress=progress,
            figures=figures,
            tables=tables,
            notes=notes,
            folded=folded,
        )
    )
    # (A name may contain half of a surrogate pair, which cannot be sent to a browser.)
    return html.encode("utf-8", "replace").decode()


@cache
def _templates() -> Environment:
    return environment(SHARED)
