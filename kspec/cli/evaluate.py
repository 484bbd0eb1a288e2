"""`kspec evaluate`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kspec.cli.options import (
    backend_option,
    data_option,
    json_option,
    plugin_option,
    run_dir_option,
    test_time_option,
)
from kspec.cli.plugins import load_plugins

__all__ = ["evaluate"]


@click.command()
@click.argument("run", metavar="RUN")
@backend_option
@plugin_option
@data_option
@test_time_option
@run_dir_option
@json_option
def evaluate(
    run: str,
    backend: str | None,
    plugins: tuple[str, ...],
    data: str | None,
    test_time: bool,
    run_dir: Path,
    as_json: bool,
) -> None:
    """Evaluate the model of RUN on its test set: loss, metrics, and a table per class.

    RUN is the folder of a run, a name in the run folder (its newest run), or "latest".
    """
    from kspec.cli.choice import activate
    from kspec.cli.runs import open_run

    load_plugins(plugins, backend)
    opened = open_run(run, run_dir)
    activate(backend)
    from kspec.training.evaluate import evaluate as measure

    evaluation = measure(opened, data=data, test_time=test_time)
    if as_json:
        click.echo(json.dumps(evaluation.to_json()))
    else:
        from kspec.cli.tables import evaluation_table

        evaluation_table(evaluation)
