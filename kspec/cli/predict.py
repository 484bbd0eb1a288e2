"""`kspec predict`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kspec.cli.options import backend_option, json_option, plugin_option, run_dir_option
from kspec.cli.plugins import load_plugins, require_plugins

__all__ = ["predict"]


@click.command()
@click.argument("run", metavar="RUN")
@click.argument("images", nargs=-1, required=True, metavar="IMAGE…")
@backend_option
@plugin_option
@click.option(
    "--top", type=click.IntRange(min=1), default=3, show_default=True, help="Classes to show."
)
@run_dir_option
@json_option
def predict(
    run: str,
    images: tuple[str, ...],
    backend: str | None,
    plugins: tuple[str, ...],
    top: int,
    run_dir: Path,
    as_json: bool,
) -> None:
    """Name the most probable classes of each IMAGE with the model of RUN, or its numbers."""
    from kspec.cli.choice import activate
    from kspec.cli.console import echo
    from kspec.runs.read import Run
    from kspec.runs.resolve import resolve

    load_plugins(plugins, backend)
    opened = Run.open(resolve(run, run_dir))
    require_plugins(opened.path)
    activate(backend)
    from kspec.training.predict import predict as name_classes

    predictions = name_classes(opened, [Path(image) for image in images], top=top)
    if as_json:
        click.echo(json.dumps([prediction.to_json() for prediction in predictions]))
        return
    for prediction in predictions:
        echo(str(prediction))
