"""`kspec preview`."""

from __future__ import annotations

from pathlib import Path

import click

from kspec.cli.options import backend_option, data_option, plugin_option, set_option
from kspec.cli.plugins import load_plugins
from kspec.errors import UsageError

__all__ = ["preview"]


@click.command()
@click.argument("spec", metavar="SPEC")
@backend_option
@data_option
@set_option
@plugin_option
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("preview.png"),
    show_default=True,
    help="The picture to write; one made by kspec is replaced, any other file is not.",
)
@click.option(
    "--images",
    type=click.IntRange(1, 50),
    default=8,
    show_default=True,
    help="How many pictures to draw, one per row.",
)
@click.option(
    "--variants",
    type=click.IntRange(1, 20),
    default=6,
    show_default=True,
    help="How many variants of each, one per column.",
)
def preview(
    spec: str,
    backend: str | None,
    data: str | None,
    settings: tuple[str, ...],
    plugins: tuple[str, ...],
    output: Path,
    images: int,
    variants: int,
) -> None:
    """Draw training pictures beside variants made by the augmentation of SPEC."""
    from kspec.cli.choice import activate
    from kspec.data.override import on_data
    from kspec.spec.load import load

    if output.suffix.lower() != ".png":
        raise UsageError(f"{output}: the name of a preview must end in .png")
    load_plugins(plugins, backend)
    loaded = on_data(load(spec, settings), data)
    activate(backend)
    from kspec.training.preview import preview as draw

    draw(loaded, loaded.root, output, images=images, variants=variants)
    click.echo(f"wrote {output}")
