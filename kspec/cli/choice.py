"""Choosing the backend, and saying so."""

from __future__ import annotations

import click

from kspec import backends

__all__ = ["activate"]


def activate(requested: str | None) -> backends.Choice:
    """Activate the backend `requested`, or another; which and why goes to standard error then."""
    choice = backends.choose(requested)
    if requested is None:
        click.echo(f"backend {choice.name} ({choice.why})", err=True)
    backends.activate(choice)
    return choice
