"""Plugins of installed packages: the entry points of the group "kspec.plugins".

They are imported only if a spec names something that Keras lacks: most import a framework.
"""

from __future__ import annotations

from importlib.metadata import entry_points

from kspec.errors import PluginError
from kspec.plugins.loading import load
from kspec.spec.catalog import registry

__all__ = ["GROUP", "installed_plugins", "load_installed"]

GROUP = "kspec.plugins"

_done: list[bool] = []


def load_installed() -> bool:
    """Import the installed plugins unless that is done already; whether there were any to import.

    Raises PluginError, which names the plugin, if one cannot be imported.
    """
    if _done:
        return False
    _done.append(True)
    found = [module for module in installed_plugins().values() if not registry.brings(module)]
    for module in found:
        try:
            load(module)
        except PluginError as error:
            raise PluginError(f"an installed package has a plugin: {error}") from error
    return bool(found)


def installed_plugins() -> dict[str, str]:
    """The modules of the installed plugins, by the name of their entry point."""
    return {entry.name: entry.module for entry in sorted(entry_points(group=GROUP))}
