"""Imports a plugin by the name of its module, once, on the right backend."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path

from kspec import backends
from kspec.errors import KspecError, PluginError
from kspec.plugins.blame import line_of
from kspec.spec.catalog import registry

__all__ = ["load", "prefer_backend"]

_preferred: list[str | None] = [None]


def prefer_backend(name: str | None) -> None:
    """Set the backend for plugins that import Keras, for when `load` is not given one."""
    _preferred[0] = name


def load(module: str, *, backend: str | None = None) -> None:
    """Import the plugin `module`, such as "package.module", so that specs may use it.

    A second call does nothing. A plugin that imports Keras gets it on `backend`, by default the one
    that kspec chooses. What it prints goes to standard error. Raises PluginError for a module that
    does not exist, cannot be imported, or defines nothing that a spec may name, and BackendError as
    `kspec.build` does.
    """
    if registry.brings(module):
        return
    if module.endswith(".py") or not all(part.isidentifier() for part in module.split(".")):
        raise PluginError(f'"{module}" is not the name of a module{_hint(module)}')
    choice = backends.choose(backend or _preferred[0])
    with backends.importing(choice), registry.bringing(module), redirect_stdout(sys.stderr):
        try:
            import_module(module)
        except KspecError:
            raise
        except (Exception, SystemExit) as error:
            raise PluginError(_why(module, error)) from error
    if not registry.brings(module):
        raise PluginError(
            f"the plugin {module} registers nothing: it must mark what specs may name with "
            "@plugins.layer, @plugins.loss, @plugins.source or another mark of kspec.plugins"
        )


def _why(module: str, error: BaseException) -> str:
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    if missing is not None and (module == missing or module.startswith(f"{missing}.")):
        return f'there is no module "{missing}"{_hint(module)}'
    if isinstance(error, SyntaxError):
        reason = f"{error.msg} ({Path(error.filename or '?').name}:{error.lineno})"
    else:
        said = " ".join(str(error).split())
        reason = type(error).__name__ + (f": {said}" if said else "")
        reason += line_of(error, (module,))
    return f"the plugin {module} cannot be imported: {reason}"


def _hint(module: str) -> str:
    stem = module.replace("\\", "/").removesuffix(".py").replace("/", ".")
    if stem != module and all(part.isidentifier() for part in stem.split(".")):
        return f'; a plugin is named as Python imports it: "{stem}"'
    return "; a plugin must be in the current folder or installed"
