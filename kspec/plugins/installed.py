"""Plugins of installed packages: the entry points of the group "kspec.plugins".

Read off the files that pip leaves beside packages, as `importlib.metadata` does, which takes longer
than most of `kspec check`; and only where a spec names what Keras does not have.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from kspec.errors import PluginError
from kspec.plugins.loading import load
from kspec.spec.catalog import registry

__all__ = ["GROUP", "installed_plugins", "load_installed"]

GROUP = "kspec.plugins"

_BESIDE_PACKAGES = (".dist-info", ".egg-info")

_done: list[bool] = []


def load_installed() -> bool:
    """Import the plugins that are installed, if that is not done yet; whether there was any.

    Raises PluginError for one that cannot be imported, and names it.
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
    """The modules of the plugins that are installed, by the name of their entry point."""
    found: dict[str, str] = {}
    for text in _files():
        for name, module in _entries(text):
            found.setdefault(name, module)
    return dict(sorted(found.items()))


def _files() -> Iterator[str]:
    """Every entry_points.txt that has our group in it."""
    for folder in dict.fromkeys(sys.path):
        try:
            found = [path for path in Path(folder).iterdir() if path.suffix in _BESIDE_PACKAGES]
        except OSError:  # No folder, but an archive.
            continue
        for path in found:
            try:
                content = (path / "entry_points.txt").read_bytes()
            except OSError:
                continue
            if GROUP.encode() in content:
                yield content.decode("utf-8", "replace")


def _entries(text: str) -> Iterator[tuple[str, str]]:
    inside = False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            inside = line == f"[{GROUP}]"
        elif inside and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield name.strip(), value.partition("[")[0].partition(":")[0].strip()
