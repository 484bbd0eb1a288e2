"""Choosing the backend, and telling the user."""

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
    """Activate the backend `requested`; if None, choose one and say which and why on stderr."""
    from kspec import backends

    choice = backends.choose(requested)
    if requested is None:
        click.echo(f"backend {choice.name} ({choice.why})", err=True)
    tell_version()
    backends.activate(choice)
    return choice


def fastest(spec: Spec) -> Choice:
    """The backend that `kspec bench` found the fastest for `spec` on this machine; if it has no
    result, the default backend, and standard error says so."""
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
    """Say on standard error if the catalogue does not know the installed version of Keras."""
    from kspec.spec.catalog import version_note

    note = version_note()
    if note is not None:
        click.echo(f"note: {note}", err=True)
