"""Reporters of a training on the command line: a live table, plain lines, or one last line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kspec.training.reporter import Reporter

__all__ = ["reporter_for"]


@contextmanager
def reporter_for(*, quiet: bool) -> Iterator[Reporter]:
    """The reporter for the kind of standard output; the terminal is restored afterwards.

    A terminal gets the live table; a pipe, a file and a terminal that cannot move its cursor get
    plain lines; `quiet` gets only the last line.
    """
    from kspec.cli.console import stdout_console

    console = stdout_console()
    if quiet:
        from kspec.cli.display.plain import LastLine

        yield LastLine()
    elif sys.stdout.isatty() and console.is_interactive:
        from kspec.cli.display.live import LiveTable

        table = LiveTable(console)
        try:
            yield table
        finally:
            table.close()
    else:
        from kspec.cli.display.plain import PlainLines

        yield PlainLines()
