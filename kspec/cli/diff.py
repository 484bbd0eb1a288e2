"""`kspec diff`."""

from __future__ import annotations

from pathlib import Path

import click

from kspec.cli.options import at_most_one, json_option, plugin_option, run_dir_option
from kspec.cli.plugins import load_plugins
from kspec.errors import RunError, UsageError

__all__ = ["diff"]


@click.command()
@click.argument("before", metavar="SPEC|RUN")
@click.argument("after", metavar="SPEC|RUN")
@plugin_option
@run_dir_option
@click.option("--apart", is_flag=True, help="Count the same change in two places as two changes.")
@json_option
@click.option("--markdown", is_flag=True, help="Print Markdown.")
@click.pass_context
def diff(
    context: click.Context,
    before: str,
    after: str,
    plugins: tuple[str, ...],
    run_dir: Path,
    apart: bool,
    as_json: bool,
    markdown: bool,
) -> None:
    """Show what differs between two experiments: specs, runs, or one of each.

    Compares what the specs mean, not how they are written: layers added, removed, moved or changed,
    parameters and cost, recipe, augmentation, data, seed; for two runs also environments and
    results. Exits with 0 if both are the same experiment, and with 1 if they differ, like Unix
    diff; names, descriptions, environments and results do not count. Loads no framework, except for
    plugins.
    """
    import json

    from kspec.cli.diff_view import diff_json, diff_view
    from kspec.cli.sections import as_markdown, show_sections
    from kspec.cli.sides import open_side
    from kspec.runs.two_runs import same_beginning
    from kspec.spec.changes import Comparison, changes_of

    at_most_one(json=as_json, markdown=markdown)
    load_plugins(plugins)
    try:
        sides = open_side(before, run_dir), open_side(after, run_dir)
        comparison = Comparison(sides[0].spec, sides[1].spec)
        changes = changes_of(comparison, apart=apart)
        equal = not changes
        if sides[0].run and sides[1].run:
            equal = equal and same_beginning(sides[0].run, sides[1].run)
        if as_json:
            click.echo(json.dumps(diff_json(sides, comparison, changes, equal), ensure_ascii=False))
        else:
            sections = diff_view(sides, comparison, changes, equal)
            if markdown:
                click.echo(as_markdown(sections))
            else:
                show_sections(sections)
    except RunError as error:  # Exit code 1 would mean that they differ.
        raise UsageError(str(error)) from error
    context.exit(0 if equal else 1)
