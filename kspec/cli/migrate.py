"""`kspec migrate`."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["migrate"]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
def migrate(files: tuple[str, ...]) -> None:
    """Update the specs in FILE… to the current version of the language, in place.

    A folder stands for its *.json. The layout of a file stays as it is; one that is up to date is
    not touched. If a file cannot be migrated, it is named, and no file is changed.
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
