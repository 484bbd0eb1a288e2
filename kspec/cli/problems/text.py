"""Problems for people: each with its line below, and a mark under what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from click import style

from kspec.cli.harmless import harmless
from kspec.cli.problems.excerpt import Excerpts
from kspec.errors import Place, Problem

__all__ = ["render"]

GUTTER = 5
COLOURS = {"error": "bright_red", "warning": "yellow", "note": "cyan"}


def render(problems: Sequence[Problem], *, width: int, colour: bool) -> str:
    """The problems with excerpts, no wider than `width` columns, in `colour` or plain."""
    excerpts = Excerpts(max(20, width - GUTTER - len(" | ")))
    return "\n".join(line for problem in problems for line in _lines(problem, excerpts, colour))


def _lines(problem: Problem, excerpts: Excerpts, colour: bool) -> Iterator[str]:
    painted = partial(style, fg=COLOURS.get(problem.level), bold=True) if colour else str
    strong = partial(style, bold=True) if colour else str
    first, *users = problem.place.chain()
    head = painted(f"{problem.level}[{problem.code}]")
    yield f"{strong(harmless(f'{first}:'))} {head}: {strong(harmless(problem.message))}"
    yield from _excerpt(first, excerpts, painted)
    if problem.context:
        yield f"{'':{GUTTER}} = {harmless(problem.context)}"
    for user in users:
        yield f"    used by {harmless(str(user))}"
        yield from _excerpt(user, excerpts, painted)


def _excerpt(place: Place, excerpts: Excerpts, painted: partial[str] | type[str]) -> Iterator[str]:
    excerpt = excerpts.of(place)
    if excerpt is not None:
        yield f"{place.line:{GUTTER}} | {excerpt.text}".rstrip()
        yield f"{'':{GUTTER}} | {'':{excerpt.start}}{painted('^' * excerpt.width)}"
