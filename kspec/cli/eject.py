"""`kspec eject`."""

from __future__ import annotations

from pathlib import Path

import click

from kspec.cli.options import plugin_option, set_option
from kspec.cli.plugins import load_plugins

__all__ = ["eject"]


@click.command()
@click.argument("spec", metavar="SPEC")
@set_option
@plugin_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to FILE instead; data that kspec generates goes into NAME.npz beside it.",
)
@click.option("--force", is_flag=True, help="Overwrite FILE and NAME.npz.")
def eject(
    spec: str,
    settings: tuple[str, ...],
    plugins: tuple[str, ...],
    output: Path | None,
    force: bool,
) -> None:
    """Print SPEC as plain Keras code that runs without kspec.

    Loads no framework, except for plugins.
    """
    from kspec.cli.console import echo
    from kspec.errors import UsageError
    from kspec.runs.atomic import write_text
    from kspec.spec.eject import archive_name, look, needs_archive, read_written
    from kspec.spec.eject import eject as make_script
    from kspec.spec.load import load

    load_plugins(plugins)
    loaded = load(spec, settings)
    folder = output.parent if output is not None else Path()
    files = look(loaded, root=loaded.root, script=folder)
    text = make_script(loaded, files=files, written=read_written(spec, settings))
    archive = folder / archive_name(loaded) if needs_archive(loaded) else None
    if output is None:
        echo(text, nl=False)
        if archive is not None:
            click.echo(f"the script reads {archive}, which -o FILE writes beside FILE", err=True)
        return
    for path in (output, archive):
        if path is not None and path.exists() and not force:
            raise UsageError(f"{path} already exists; --force overwrites it")
    if archive is not None:
        from kspec.data.archive import write_archive
        from kspec.data.load import load as load_data

        data = load_data(loaded.data, seed=loaded.seed, inputs=loaded.entering, root=loaded.root)
        write_archive(archive, data)
    write_text(output, text)
    click.echo(f"{output} written" + (f", and its data: {archive}" if archive else ""))
