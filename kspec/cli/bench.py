"""`kspec bench`."""

from __future__ import annotations

import json

import click

from kspec.cli.options import as_names, json_option, plugin_option, set_option
from kspec.cli.plugins import look_here_for
from kspec.errors import KspecError

__all__ = ["bench"]


@click.command()
@click.argument("spec", metavar="SPEC")
@click.option(
    "--backends",
    metavar="NAMES",
    callback=as_names,
    help="One or more of tensorflow, torch and jax, separated by commas; default: all that are "
    "installed.",
)
@click.option(
    "--steps",
    type=click.IntRange(2, 100_000),
    default=30,
    show_default=True,
    help="How many steps to time in each round; fewer if they take more than half a minute.",
)
@click.option(
    "--rounds",
    type=click.IntRange(1, 1000),
    default=2,
    show_default=True,
    help="How many rounds to run; each times every backend once.",
)
@click.option(
    "--data",
    metavar="PATH|NAME|spec",
    help="Data to train on, as for `kspec train`, or spec for the spec's own data; default: "
    "made-up samples of the right shape.",
)
@set_option
@plugin_option
@json_option
def bench(
    spec: str,
    backends: list[str] | None,
    steps: int,
    rounds: int,
    data: str | None,
    settings: tuple[str, ...],
    plugins: tuple[str, ...],
    as_json: bool,
) -> None:
    """Time the training of SPEC on each backend, and say which to use on this machine.

    Each backend trains for a few dozen steps in a process of its own. Only the answer is kept, for
    `kspec train --backend auto`.
    """
    from kspec.bench.answers import remember
    from kspec.bench.bench import bench as run
    from kspec.spec.load import load

    look_here_for(plugins)
    report = run(
        spec,
        settings,
        backends=backends,
        plugins=plugins,
        data=data,
        steps=steps,
        rounds=rounds,
        tell=lambda line: click.echo(line, err=True),
    )
    if as_json:
        click.echo(json.dumps(report.to_json()))
    else:
        from kspec.cli.bench_table import bench_table

        bench_table(report)
    if backends is None and not report.failed:
        try:
            remember(load(spec, settings), report)
        except KspecError as error:
            click.echo(f"note: the answer is not kept: {error}", err=True)
