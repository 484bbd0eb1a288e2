"""What `kspec explain` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import fill, indent

from rich.text import Text

from kspec.cli.columns import Column, grid
from kspec.cli.console import show, stdout_console
from kspec.spec.codes import Explanation

__all__ = ["all_codes", "one_code"]

# Longer lines are hard to read, however wide the terminal.
WIDTH = 88


def all_codes(explanations: Sequence[Explanation]) -> None:
    """Print each code with its level and title."""
    columns = [
        Column("code", tuple(each.code for each in explanations), text=True),
        Column("level", tuple(each.level for each in explanations), text=True),
        Column("meaning", tuple(each.title for each in explanations), text=True),
    ]
    show(stdout_console(), grid(columns))


def one_code(explanation: Explanation) -> None:
    """Print the whole explanation of one code."""
    console = stdout_console()
    show(console, *_parts(explanation, min(WIDTH, console.width)))


def _parts(explanation: Explanation, width: int) -> Iterator[Text]:
    yield Text(f"{explanation.level}[{explanation.code}]: {explanation.title}", style="bold")
    for paragraph in explanation.text.split("\n\n"):
        yield Text(f"\n{fill(paragraph, width, break_long_words=False)}")
    for heading, example in (("wrong", explanation.wrong), ("right", explanation.right)):
        if example:
            yield Text(f"\n{heading}", style="bold")
            yield Text(indent(example, "    "))
