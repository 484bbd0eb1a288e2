"""`kspec import`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kspec.cli.options import backend_option, plugin_option
from kspec.cli.plugins import load_plugins

if TYPE_CHECKING:
    from kspec.spec.imported import Imported

__all__ = ["import_"]


@click.command("import")
@click.argument("source", metavar="SOURCE", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the spec to FILE instead.",
)
@click.option(
    "--weights",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the weights in FILE to NAME.weights.h5 beside the spec. FILE may be SOURCE, a "
    ".weights.h5, an older .h5, or TensorFlow.js's model.json with its shards.",
)
@click.option(
    "--names/--no-names",
    default=None,
    help="Keep or leave out the names of layers; default: keep them unless they make the spec much "
    "longer. Names such as conv2d_3 are always left out.",
)
@click.option("--theano", is_flag=True, help="The weights were trained with Keras on Theano.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@plugin_option
@backend_option
def import_(
    source: Path,
    output: Path | None,
    weights: Path | None,
    names: bool | None,
    theano: bool,
    force: bool,
    plugins: tuple[str, ...],
    backend: str | None,
) -> None:
    """Print the network in SOURCE, a Keras model file, as a spec.

    SOURCE is a .keras file, the JSON of a model (model.json, config.json, also of TensorFlow.js),
    or an .h5 file, written by any Keras from 0.3 to today. No code in it is run. Loads no
    framework, except with --weights and for plugins.
    """
    from kspec.cli.console import echo
    from kspec.errors import UsageError
    from kspec.runs.atomic import write_text
    from kspec.spec.foreign import read_foreign
    from kspec.spec.imported import make_spec

    if weights is not None and output is None:
        raise UsageError("--weights writes a file beside the spec, and so needs -o FILE")
    beside = None
    if weights is not None and output is not None:
        beside = output.with_name(f"{output.stem}.weights.h5")
    for path in (output, beside):
        if path is not None and path.exists() and not force:
            raise UsageError(f"{path} already exists; --force overwrites it")
    load_plugins(plugins, backend)
    imported = make_spec(read_foreign(source), str(source), names=names)
    if weights is not None and beside is not None:
        _carry(imported, weights, beside, theano=theano, backend=backend)
    if output is None:
        echo(imported.text, nl=False)
    else:
        write_text(output, imported.text)
        click.echo(f"{output} written" + (f", and its weights: {beside}" if beside else ""))
    _tell(imported, source, has_weights=weights is not None)


def _carry(
    imported: Imported, weights: Path, target: Path, *, theano: bool, backend: str | None
) -> None:
    from kspec.cli.choice import activate
    from kspec.cli.problems import as_text

    activate(backend)
    from kspec.model.carry import carried_model, write_weights

    model, notes = carried_model(imported, weights, theano=theano)
    if notes:
        click.echo(as_text(notes, sys.stderr), err=True)
    write_weights(model, target)


def _tell(imported: Imported, source: Path, *, has_weights: bool) -> None:
    """Say on standard error what the user should know about the spec."""
    from kspec.cli.problems import as_text

    if imported.foreign.notes:
        click.echo(as_text(imported.foreign.notes, sys.stderr), err=True)
    rest = "epochs" if imported.has_recipe else "training"
    click.echo(f'placeholders: "data" and "{rest}", which the file does not say', err=True)
    if not imported.is_named:
        click.echo("the names of the layers are left out; --names keeps them", err=True)
    if not has_weights and source.suffix.lower() in (".keras", ".h5", ".hdf5"):
        click.echo(f"the weights are not imported; --weights {source} imports them", err=True)
