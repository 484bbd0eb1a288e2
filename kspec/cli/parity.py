"""`kspec parity`."""

from __future__ import annotations

import json
from typing import Any

import click

from kspec.cli.options import (
    as_names,
    data_option,
    json_option,
    lowering_option,
    plugin_option,
    set_option,
)
from kspec.cli.plugins import look_here_for

__all__ = ["parity"]


@click.command()
@click.argument("spec", metavar="SPEC")
@click.option(
    "--backends",
    metavar="NAMES",
    callback=as_names,
    help="Two or more of tensorflow, torch and jax, separated by commas; the first is the "
    "reference; default: all that are installed.",
)
@click.option(
    "--steps",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="How many training steps to compare.",
)
@click.option(
    "--batch-size",
    type=click.IntRange(min=1),
    default=8,
    show_default=True,
    help="Samples per step, instead of the spec's batch size.",
)
@click.option(
    "--random",
    type=click.Choice(["supplied", "off"]),
    default="supplied",
    show_default=True,
    help="Dropout and augmentation: with the same random numbers on every backend, or off.",
)
@data_option
@set_option
@plugin_option
@lowering_option
@json_option
@click.pass_context
def parity(
    context: click.Context,
    spec: str,
    backends: list[str] | None,
    steps: int,
    batch_size: int,
    random: Any,
    data: str | None,
    settings: tuple[str, ...],
    plugins: tuple[str, ...],
    lowering: bool,
    as_json: bool,
) -> None:
    """Compare what the backends compute for SPEC, layer by layer and step by step.

    Each backend runs in a process of its own, on the CPU. Exits with 1 if one differs from the
    first by more than the tolerance, and names the first layer that does.
    """
    from kspec.parity.compare import compare

    look_here_for(plugins)
    report = compare(
        spec,
        settings,
        backends=backends,
        plugins=plugins,
        data=data,
        steps=steps,
        batch_size=batch_size,
        random=random,
        lowering=lowering,
        tell=lambda line: click.echo(line, err=True),
    )
    if as_json:
        click.echo(json.dumps(report.to_json()))
    else:
        from kspec.cli.parity_table import parity_table

        parity_table(report)
    context.exit(0 if report.agree else 1)
