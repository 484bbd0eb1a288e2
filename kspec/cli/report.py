"""`kspec report`."""

from __future__ import annotations

from pathlib import Path

import click

from kspec.cli.options import run_dir_option

__all__ = ["report"]


@click.command()
@click.argument("run", metavar="RUN")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The page to write; default: report.html in the run's folder.",
)
@run_dir_option
def report(run: str, output: Path | None, run_dir: Path) -> None:
    """Write a page about RUN: its spec, curves, confusion matrix, calibration, mistakes, timings.

    The page is one self-contained HTML file, made from the run's folder alone. Loads no framework.
    RUN is the folder of a run, a name in the run folder (its newest run), or "latest".
    """
    from kspec.api import report as write
    from kspec.runs.resolve import resolve

    click.echo(f"wrote {write(resolve(run, run_dir), output)}")
