"""Choosing the backend, and saying so."""

from __future__ import annotations

import click

from kspec import backends
from kspec.spec import catalog

__all__ = ["activate", "tell_version"]


def activate(requested: str | None) -> backends.Choice:
    """Activate the backend `requested`, or another; which and why goes to standard error then."""
    choice = backends.choose(requested)
    if requested is None:
        click.echo(f"backend {choice.name} ({choice.why})", err=True)
    tell_version()
    backends.activate(choice)
    return choice


def tell_version() -> None:
    """Say on standard error that the installed Keras is one that the catalogue does not know."""
    note = catalog.version_note()
    if note is not None:
        click.echo(f"note: {note}", err=True)
