"""Problems in formats for people, editors and build servers; each format is a module.

A module is imported only when its format is requested, so that `kspec check` is fast.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from typing import TextIO

from kspec.errors import Problem

__all__ = ["FORMATS", "as_text", "render"]

FORMATS = ("text", "json", "github", "sarif")

# Without a terminal, longer lines of a spec are cut around the place.
WIDTH = 160


def render(form: str, problems: Sequence[Problem], files: Sequence[str], stream: TextIO) -> str:
    """`problems`, found in `files`, in one of `FORMATS` for `stream`; no line break at the end."""
    if form == "json":
        from kspec.cli.problems import json

        return json.render(problems, files)
    if form == "github":
        from kspec.cli.problems import github

        return github.render(problems)
    if form == "sarif":
        from kspec.cli.problems import sarif

        return sarif.render(problems)
    return as_text(problems, stream)


def as_text(problems: Sequence[Problem], stream: TextIO) -> str:
    """`problems` with excerpts of their files, as wide as `stream` and in colour if it has any."""
    from shutil import get_terminal_size

    from kspec.cli.problems import text

    if isinstance(stream, io.TextIOWrapper):
        # Characters that the output's encoding lacks are printed as `?`.
        stream.reconfigure(errors="replace")
    terminal = stream.isatty()
    width = get_terminal_size().columns if terminal else WIDTH
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return text.render(problems, width=width, colour=colour)
