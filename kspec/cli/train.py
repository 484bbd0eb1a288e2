"""`kspec train`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kspec.cli.choice import tell_version
from kspec.cli.options import (
    backend_option,
    data_option,
    plugin_option,
    run_dir_option,
    set_option,
)
from kspec.cli.plugins import load_plugins
from kspec.cli.problems import as_text

__all__ = ["train"]


@click.command()
@click.argument("spec", metavar="SPEC")
@backend_option
@data_option
@set_option
@plugin_option
@run_dir_option
@click.option("--quiet", "-q", is_flag=True, help="Print the last line only.")
@click.pass_context
def train(
    context: click.Context,
    spec: str,
    backend: str | None,
    data: str | None,
    settings: tuple[str, ...],
    plugins: tuple[str, ...],
    run_dir: Path,
    quiet: bool,
) -> None:
    """Train the network of SPEC and keep everything in runs/NAME/STAMP-HASH8/."""
    from kspec import backends
    from kspec.api import root_of, source_of
    from kspec.data.override import override
    from kspec.spec.load import load, warnings

    load_plugins(plugins, backend)
    loaded = load(spec, settings)
    if data is not None:
        loaded = loaded.with_data(override(loaded.data, data))
    if not quiet:
        tell_version()
        if found := warnings(loaded):
            click.echo(as_text(found, sys.stderr), err=True)
    choice = backends.choose(backend)
    backends.activate(choice)
    from kspec.cli.display import reporter_for
    from kspec.training.train import train as run_training

    with reporter_for(quiet=quiet) as reporter:
        run = run_training(
            loaded,
            choice=choice,
            source=source_of(loaded),
            root=root_of(loaded),
            runs=run_dir,
            command=["kspec", *sys.argv[1:]],
            reporter=reporter,
        )
    context.exit(130 if run.result["status"] == "interrupted" else 0)
