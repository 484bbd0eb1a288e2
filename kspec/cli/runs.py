"""The run that a command line means."""

from __future__ import annotations

from pathlib import Path

import click

from kspec.cli.plugins import require_plugins
from kspec.runs.read import Run
from kspec.runs.resolve import resolve

__all__ = ["open_run"]


def open_run(text: str, root: Path) -> Run:
    """The run that `text` means, whose plugins must be available; `root` is the folder of all runs.

    Says on standard error which run that is, unless `text` is its folder, and if none of its epochs
    has ended.
    """
    path = resolve(text, root)
    run = Run.open(path)
    if path != Path(text):
        click.echo(f"run {path}", err=True)
    require_plugins(path)
    if run.model_path.is_file() and not run.has_history:
        message = f"note: no epoch of {path} has ended; its weights are the initial ones, or those "
        click.echo(f"{message}of a few steps", err=True)
    return run
