"""`kspec summary`."""

from __future__ import annotations

from pathlib import Path

import click

from kspec.cli.options import (
    at_most_one,
    backend_option,
    json_option,
    plugin_option,
    run_dir_option,
    set_option,
)
from kspec.cli.plugins import load_plugins, require_plugins

__all__ = ["summary"]


@click.command()
@click.argument("spec_or_run", metavar="SPEC|RUN")
@backend_option
@set_option
@plugin_option
@run_dir_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print the rows as CSV.")
@click.option(
    "--svg",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also draw the network to FILE, as `kspec plot` does.",
)
@click.option("--expand", is_flag=True, help="Also show the layers in nested networks.")
def summary(
    spec_or_run: str,
    backend: str | None,
    settings: tuple[str, ...],
    plugins: tuple[str, ...],
    run_dir: Path,
    as_json: bool,
    as_csv: bool,
    svg: Path | None,
    expand: bool,
) -> None:
    """Print the layers of a spec or a run: output shapes, parameters, FLOPs, training memory.

    Allocates no weights. A nested network, such as a backbone, is one layer; --expand shows the
    layers in it, each with its number, whether it is trainable, and what it is connected to.
    """
    from kspec.cli.choice import activate
    from kspec.cli.tables import parameter_table
    from kspec.runs.read import spec_file

    at_most_one(json=as_json, csv=as_csv)
    if svg is not None:
        from kspec.reports.network.write import ENDINGS
        from kspec.reports.plots.write import require_ending

        require_ending(svg, ENDINGS, "a drawing")
    load_plugins(plugins, backend)
    path = spec_file(spec_or_run, run_dir)
    if path != Path(spec_or_run):
        require_plugins(path.parent)
    from kspec.spec.load import load

    spec = load(path, settings, confined=path == Path(spec_or_run))
    activate(backend)
    from kspec.model.summary import summarize

    found = summarize(spec)
    if svg is not None:
        from kspec.reports.network.write import write_network

        write_network(spec, found.table.to_json()["rows"], svg)
    table = found.expanded if expand else found.table
    if as_json:
        import json

        click.echo(json.dumps({"name": spec.name, **found.to_json(expanded=expand)}))
    elif as_csv:
        from kspec.cli.console import echo

        echo(table.to_csv(), nl=False)
    else:
        parameter_table(spec, table, found.cost)
