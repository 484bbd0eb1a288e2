"""`kspec schema`."""

from __future__ import annotations

from pathlib import Path

import click

from kspec.cli.options import plugin_option
from kspec.cli.plugins import load_plugins

__all__ = ["schema"]


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to FILE instead; a schema that is there is replaced, any other file is not.",
)
@plugin_option
def schema(output: Path | None, plugins: tuple[str, ...]) -> None:
    """Print the JSON Schema of spec files, for editors. Loads no framework, except for plugins."""
    load_plugins(plugins)
    from kspec.reports.ours import require_ours
    from kspec.runs.atomic import write_text
    from kspec.spec.schema import TITLE, to_text
    from kspec.spec.schema import schema as make_schema

    text = to_text(make_schema())
    if output is None:
        click.echo(text)
    else:
        require_ours(output, (f'"title": "{TITLE}"'.encode(),), "schema")
        write_text(output, text + "\n")
