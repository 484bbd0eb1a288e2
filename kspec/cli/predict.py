"""`kspec predict`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kspec.cli.options import (
    backend_option,
    json_option,
    plugin_option,
    run_dir_option,
    test_time_option,
)
from kspec.cli.plugins import load_plugins

__all__ = ["predict"]


@click.command()
@click.argument("run", metavar="RUN")
@click.argument("images", nargs=-1, required=True, metavar="IMAGE…")
@backend_option
@plugin_option
@click.option(
    "--top", type=click.IntRange(min=1), default=3, show_default=True, help="Classes to show."
)
@test_time_option
@run_dir_option
@json_option
@click.pass_context
def predict(
    context: click.Context,
    run: str,
    images: tuple[str, ...],
    backend: str | None,
    plugins: tuple[str, ...],
    top: int,
    test_time: bool,
    run_dir: Path,
    as_json: bool,
) -> None:
    """Predict the most probable classes, or the numbers, of each IMAGE with the model of RUN.

    If an IMAGE cannot be read, it is named, the others are predicted all the same, and the exit
    code is 1.
    """
    from kspec.cli.choice import activate
    from kspec.cli.console import echo
    from kspec.cli.runs import open_run
    from kspec.errors import DataError

    load_plugins(plugins, backend)
    opened = open_run(run, run_dir)
    activate(backend)
    from kspec.training.predict import predict as name_classes

    unread: list[DataError] = []
    paths = [Path(image) for image in images]
    predictions = name_classes(opened, paths, top=top, unread=unread.append, test_time=test_time)
    if as_json:
        click.echo(json.dumps([prediction.to_json() for prediction in predictions]))
    else:
        for prediction in predictions:
            echo(str(prediction))
    for error in unread:
        echo(str(error), err=True)
    if unread and len(images) > 1:
        click.echo(f"{len(unread)} of {len(images)} pictures could not be read", err=True)
    context.exit(1 if unread else 0)
