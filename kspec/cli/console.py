"""Standard output as Rich sees it."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import click

from kspec.cli.harmless import harmless_lines

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = ["echo", "show", "stdout_console"]

# Without a terminal: wide enough that nothing is ever wrapped or cut.
UNLIMITED = 100_000


def stdout_console() -> Console:
    """A console that prints text unchanged, with colour only in a terminal.

    Without a terminal the width is unlimited, so that no name in a pipe is cut. A character that
    the output's encoding lacks is printed as `?`.
    """
    from rich.console import Console  # Not needed by `check`, which is to be fast.

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    if sys.stdout.isatty():
        return Console(markup=False, emoji=False, highlight=False)
    return Console(
        width=UNLIMITED,
        color_system=None,
        force_terminal=False,
        force_interactive=False,
        markup=False,
        emoji=False,
        highlight=False,
    )


def echo(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a text that may come from other people's files: control characters are escaped in a
    terminal, and unchanged in a pipe."""
    stream = sys.stderr if err else sys.stdout
    click.echo(harmless_lines(text) if stream.isatty() else text, err=err, nl=nl)


def show(console: Console, *parts: RenderableType) -> None:
    """Print `parts`, one below the other; without a terminal trailing blanks are removed."""
    if console.is_terminal:
        console.print(*parts, sep="\n")
        return
    with console.capture() as captured:
        console.print(*parts, sep="\n")
    for line in captured.get().splitlines():
        print(line.rstrip())
