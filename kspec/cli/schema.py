"""`kspec schema`."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["schema"]


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write into FILE instead.",
)
def schema(output: Path | None) -> None:
    """Print the JSON Schema of spec files, for editors. Loads no framework."""
    from kspec.runs.atomic import write_text
    from kspec.spec.schema import schema as make_schema
    from kspec.spec.schema import to_text

    text = to_text(make_schema())
    if output is None:
        click.echo(text)
    else:
        write_text(output, text + "\n")
