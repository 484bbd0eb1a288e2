"""`kspec migrate`."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["migrate"]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
def migrate(files: tuple[str, ...]) -> None:
    """Bring the specs in FILE… to the present version of the language, in place; a folder stands
    for its *.json.

    The layout of a file stays as it is; one that needs nothing is not touched. A file that cannot
    be migrated is named, and none is changed.
    """
    from kspec.cli.files import spec_files
    from kspec.errors import Place
    from kspec.runs.atomic import write_text
    from kspec.spec.migrate import VERSION
    from kspec.spec.migrate import migrate as migrated
    from kspec.spec.source import read_text

    texts = {file: read_text(Path(file), file, Place(file)) for file in spec_files(files)}
    results = {file: migrated(text, file) for file, text in texts.items()}
    for file, text in results.items():
        if text == texts[file]:
            click.echo(f"{file}: version {VERSION} already")
        else:
            write_text(Path(file), text)
            click.echo(f"{file}: now version {VERSION}")
