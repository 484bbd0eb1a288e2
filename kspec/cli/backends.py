"""`kspec backends`."""

from __future__ import annotations

import json

import click

from kspec.cli.options import json_option

__all__ = ["backends"]


@click.command()
@json_option
def backends(as_json: bool) -> None:
    """Show each backend: its version and devices, or why it is missing."""
    from dataclasses import asdict

    from kspec.backends import describe

    infos = describe()
    if as_json:
        click.echo(json.dumps([asdict(info) for info in infos]))
        return
    from kspec.cli.tables import backend_table

    backend_table(infos)
