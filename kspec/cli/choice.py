"""Choosing the backend, and saying so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kspec.backends import Choice
    from kspec.spec.models import Spec

__all__ = ["AUTO", "activate", "fastest", "tell_version"]

AUTO = "auto"
"""The word for the backend that `kspec bench` found to be the fastest."""


def activate(requested: str | None) -> Choice:
    """Activate the backend `requested`, or another; which and why goes to standard error then."""
    from kspec import backends

    choice = backends.choose(requested)
    if requested is None:
        click.echo(f"backend {choice.name} ({choice.why})", err=True)
    tell_version()
    backends.activate(choice)
    return choice


def fastest(spec: Spec) -> Choice:
    """The backend that `kspec bench` found the fastest for `spec` on this machine; where it has not
    been asked, that is said on standard error, and it is the one that it would be anyway."""
    from kspec import backends
    from kspec.bench.answers import answer_for

    found = answer_for(spec)
    if found is not None:
        return backends.choose(*found)
    choice = backends.choose()
    click.echo(
        f"--backend auto: kspec bench has no answer for this network here; it is {choice.name} "
        f"({choice.why})",
        err=True,
    )
    return choice


def tell_version() -> None:
    """Say on standard error that the installed Keras is one that the catalogue does not know."""
    from kspec.spec.catalog import version_note

    note = version_note()
    if note is not None:
        click.echo(f"note: {note}", err=True)
