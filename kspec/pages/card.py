"""A small piece of HTML that says what a thing is, for a notebook.

It stands in a page of others, light or dark, of which nobody tells: so its text and its lines take
the colour around them, its curves have colours that can be seen on both, and its style holds for
nothing else. It runs no script and loads nothing.
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
    """Cells of text by row; the columns named in `numbers` stand at the right.

    With `folded` it is seen when it is asked for.
    """

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Collection[str] = ()
    folded: bool = False


@dataclass(frozen=True)
class Figure:
    """A chart, its name, and what its lines are, each with the class that gives its colour."""

    name: str
    chart: Markup
    lines: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Progress:
    """So many of so many, and what that is about."""

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
    """The piece of HTML; everything but charts is text. With `folded` figures are, too."""
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
    # (A name may hold half of a surrogate pair, which no message to a browser can.)
    return html.encode("utf-8", "replace").decode()


@cache
def _templates() -> Environment:
    return environment(SHARED)
