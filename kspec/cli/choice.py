"""Choosing the backend, and saying so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kspec.backends import Choice

__all__ = ["activate", "tell_version"]


def activate(requested: str | None) -> Choice:
    """Activate the backend `requested`, or another; which and why goes to standard error then."""
    from kspec import backends

    choice = backends.choose(requested)
    if requested is None:
        click.echo(f"backend {choice.name} ({choice.why})", err=True)
    tell_version()
    backends.activate(choice)
    return choice


def tell_version() -> None:
    """Say on standard error that the installed Keras is one that the catalogue does not know."""
    from kspec.spec.catalog import version_note

    note = version_note()
    if note is not None:
        click.echo(f"note: {note}", err=True)
