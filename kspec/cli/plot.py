"""`kspec plot`."""

from __future__ import annotations

from pathlib import Path

import click

from kspec.cli.options import backend_option, plugin_option, run_dir_option, set_option
from kspec.cli.plugins import load_plugins, require_plugins

__all__ = ["plot"]


@click.command()
@click.argument("spec_or_run", metavar="SPEC|RUN")
@backend_option
@set_option
@plugin_option
@run_dir_option
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("network.svg"),
    show_default=True,
    help="The drawing to write: *.svg, or *.mmd for Mermaid.",
)
def plot(
    spec_or_run: str,
    backend: str | None,
    settings: tuple[str, ...],
    plugins: tuple[str, ...],
    run_dir: Path,
    output: Path,
) -> None:
    """Draw the network of a spec or a run: layers, shapes, parameters.

    Layers that come several times in a row are drawn once. Allocates no weights.
    """
    from kspec.cli.choice import activate
    from kspec.runs.read import spec_file

    load_plugins(plugins, backend)
    path = spec_file(spec_or_run, run_dir)
    if path != Path(spec_or_run):
        require_plugins(path.parent)
    from kspec.spec.load import load

    spec = load(path, settings, confined=path == Path(spec_or_run))
    activate(backend)
    from kspec.model.table import tabulate_spec
    from kspec.reports.network.write import write_network

    write_network(spec, tabulate_spec(spec).to_json()["rows"], output)
    click.echo(f"wrote {output}")
