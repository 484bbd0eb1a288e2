"""`kspec show`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kspec.cli.options import plugin_option, set_option
from kspec.cli.plugins import load_plugins

__all__ = ["show"]


@click.command()
@click.argument("file", metavar="FILE")
@set_option
@plugin_option
@click.option(
    "--resolved",
    is_flag=True,
    help="Unfold variables, blocks and repeats, apply extends, and fill in defaults.",
)
@click.option("--origins", is_flag=True, help="With --resolved: show where each value was written.")
def show(
    file: str, settings: tuple[str, ...], plugins: tuple[str, ...], resolved: bool, origins: bool
) -> None:
    """Print the spec in FILE, as it was written or --resolved.

    Loads no framework, except for plugins.
    """
    from kspec.cli.console import echo
    from kspec.spec.load import load
    from kspec.spec.origins import origins_of
    from kspec.spec.printing import to_text

    load_plugins(plugins)
    spec = load(file, settings)
    if origins:
        for path, value, place in origins_of(spec):
            echo(f"{path} = {json.dumps(value, ensure_ascii=False)}    {place}")
    elif resolved or settings:
        echo(to_text(spec.resolved()))
    else:
        echo(Path(file).read_text(encoding="utf-8"), nl=False)
