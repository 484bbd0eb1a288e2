"""Plugins that the command line names, and those that a run was trained with."""

from __future__ import annotations

import sys
from pathlib import Path

import click

__all__ = ["load_plugins", "look_here_for", "require_plugins"]


def load_plugins(modules: tuple[str, ...], backend: str | None = None) -> None:
    """Import the plugins; if one imports Keras, that is on `backend`.

    A plugin may lie in the current folder, which Python does not look through for a command. It
    comes last, so that nothing in it takes the place of a package that is installed.
    """
    if not modules and backend is None and "kspec.plugins.loading" not in sys.modules:
        return  # Nothing is asked for, and nothing has been before: most commands.
    from kspec.plugins.loading import load, prefer_backend

    prefer_backend(backend)
    look_here_for(modules)
    for module in modules:
        load(module)


def look_here_for(modules: tuple[str, ...]) -> None:
    """Let the current folder be looked through last, if there are plugins that may lie in it."""
    here = str(Path.cwd())
    if modules and here not in sys.path:
        sys.path.append(here)


def require_plugins(run: Path) -> None:
    """Say which plugins the run in the folder `run` needs, if they are not there, and fail.

    Those that are not what they were are told of.
    """
    from kspec.runs.folder import ENVIRONMENT
    from kspec.runs.read import Run

    if not (run / ENVIRONMENT).is_file():
        return  # A run that ended before it began; what is wrong with it others say.
    environment = Run.open(run).environment
    if not environment.get("plugins"):
        return
    from kspec.plugins.recorded import changed, require

    require(environment, run)
    for module in changed(environment):
        message = f"note: the plugin {module} is not what it was when {run} was trained"
        click.echo(message, err=True)
