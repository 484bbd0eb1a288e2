"""`kspec compare`."""

from __future__ import annotations

from pathlib import Path

import click

from kspec.cli.options import (
    at_most_one,
    data_option,
    json_option,
    plugin_option,
    run_dir_option,
    set_option,
)
from kspec.cli.plugins import load_plugins

__all__ = ["compare"]


@click.command()
@click.argument("what", metavar="RUN|SPEC|GLOB…", nargs=-1, required=True)
@run_dir_option
@click.option("--each", is_flag=True, help="Do not group runs that differ only in the seed.")
@click.option("--all-pairs", is_flag=True, help="Compare all pairs, not only each with the first.")
@click.option("--force", is_flag=True, help="Also rank runs not measured on the same data.")
@data_option
@set_option
@plugin_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write an HTML page with curves, tables and what they show.",
)
@click.pass_context
def compare(
    context: click.Context,
    what: tuple[str, ...],
    run_dir: Path,
    each: bool,
    all_pairs: bool,
    force: bool,
    data: str | None,
    settings: tuple[str, ...],
    plugins: tuple[str, ...],
    as_json: bool,
    as_csv: bool,
    as_markdown: bool,
    output: Path | None,
) -> None:
    """Show runs side by side, and say which differences are more than chance.

    The others are compared with the first. Runs of one spec with several seeds form a group. A
    name means all runs of that name, a SPEC all runs of exactly this spec; give it the --data and
    --set that it was trained with. Exits with 1 if any could not be ranked because test set, split,
    classes or metric differ.
    """
    from kspec.api import compare as hold
    from kspec.cli.console import echo

    at_most_one(json=as_json, csv=as_csv, markdown=as_markdown)
    if output is not None:
        from kspec.reports.ours import require_html

        require_html(output, "comparison")
    load_plugins(plugins)
    comparison = hold(
        *what,
        run_dir=run_dir,
        settings=settings,
        data=data,
        each=each,
        all_pairs=all_pairs,
        force=force,
    )
    if as_json or as_csv or as_markdown:
        from kspec.cli.comparison import programs

        if as_json:
            click.echo(programs.to_json(comparison))
        else:
            write = programs.to_csv if as_csv else programs.to_markdown
            echo(write(comparison), nl=False)
    else:
        from kspec.cli.comparison.terminal import show_comparison

        show_comparison(comparison)
    if output is not None:
        from kspec.reports.compare.page import write_page

        write_page(comparison, output)
        click.echo(f"wrote {output}", err=True)
    context.exit(1 if comparison.refused else 0)
