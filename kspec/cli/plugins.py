"""Plugins that the command line names, and those that a run was trained with."""

from __future__ import annotations

import sys
from pathlib import Path

import click

__all__ = ["load_plugins", "look_here_for", "require_plugins"]


def load_plugins(modules: tuple[str, ...], backend: str | None = None) -> None:
    """Import the plugins; if one imports Keras, it is imported on `backend`.

    A plugin may be in the current folder, which Python does not search for a console script. That
    is searched last, so that nothing in it shadows an installed package.
    """
    if not modules and backend is None and "kspec.plugins.loading" not in sys.modules:
        return  # No plugins are named or loaded, as with most commands.
    from kspec.plugins.loading import load, prefer_backend

    prefer_backend(backend)
    look_here_for(modules)
    for module in modules:
        load(module)


def look_here_for(modules: tuple[str, ...]) -> None:
    """Add the current folder to the end of the import path, if there are plugins."""
    here = str(Path.cwd())
    if modules and here not in sys.path:
        sys.path.append(here)


def require_plugins(run: Path) -> None:
    """Raise PluginError for the plugins that the run in the folder `run` needs, if any are missing.

    Standard error names those that have changed since.
    """
    from kspec.runs.folder import ENVIRONMENT
    from kspec.runs.read import Run

    if not (run / ENVIRONMENT).is_file():
        return  # A run that ended before it began; others report what is wrong with it.
    environment = Run.open(run).environment
    if not environment.get("plugins"):
        return
    from kspec.plugins.recorded import changed, require

    require(environment, run)
    for module in changed(environment):
        message = f"note: the plugin {module} is not what it was when {run} was trained"
        click.echo(message, err=True)
