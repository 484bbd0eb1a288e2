"""`kspec view`."""

from __future__ import annotations

from pathlib import Path

import click

from kspec.cli.options import run_dir_option

__all__ = ["view"]

PORT = 8157


@click.command()
@run_dir_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="The port to listen on; 0 for any that is free.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; with one that is not local, other machines can read the runs.",
)
@click.option("--open", "open_it", is_flag=True, help="Open the page in a browser.")
def view(run_dir: Path, port: int, host: str, open_it: bool) -> None:
    """Show the runs in a browser, live while they train.

    There is a list to sort and filter, the report of each run, and a comparison of the runs that
    you tick. Nothing is written. Ctrl-C ends it.
    """
    from kspec.view.hosts import is_loopback
    from kspec.view.server import open_server

    if not run_dir.is_dir():
        click.echo(f"note: {run_dir} does not exist yet; runs trained there will appear", err=True)
    with open_server(run_dir, host, port) as server:
        if not is_loopback(host):
            note = f"warning: whoever reaches {host} can read all runs in {run_dir}"
            click.echo(f"{note}, without a password", err=True)
        click.echo(f"{server.url} shows the runs in {run_dir}; Ctrl-C ends it")
        if open_it:
            click.launch(server.url)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo()
