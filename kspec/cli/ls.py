"""`kspec ls`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kspec.cli.options import json_option, run_dir_option

__all__ = ["ls"]


@click.command()
@run_dir_option
@json_option
def ls(run_dir: Path, as_json: bool) -> None:
    """List the runs, newest first."""
    from kspec.runs.find import find_runs

    runs = find_runs(run_dir)
    if as_json:
        click.echo(json.dumps([run.to_json() for run in runs]))
        return
    from kspec.cli.tables import run_table

    run_table(runs, run_dir)
