"""Which plugins a spec needs, as a run records them, and whether they are available later."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from kspec.errors import PluginError
from kspec.plugins.installed import load_installed
from kspec.spec.catalog import kind_of_argument, registry
from kspec.spec.models import Spec

__all__ = ["changed", "record", "require"]


def record(spec: Spec) -> list[dict[str, Any]]:
    """The plugins that `spec` uses: module, version of its package, SHA-256 of its source files."""
    used = {each.plugin for each in _used(spec.resolved())}
    return [
        {"module": module, "version": _version(module), "sha256": _digest(module)}
        for module in sorted(used)
    ]


def require(environment: Mapping[str, Any], run: Path) -> None:
    """Raise PluginError, saying what to do, unless the plugins of a run are available.

    `environment` is what the run in the folder `run` recorded. Installed plugins are imported if
    needed.
    """
    wanted = [each["module"] for each in environment.get("plugins", ())]
    if all(map(registry.brings, wanted)) or (
        load_installed() and all(map(registry.brings, wanted))
    ):
        return
    missing = [module for module in wanted if not registry.brings(module)]
    options = " ".join(f"--plugin {module}" for module in missing)
    plural = "s" * (len(missing) > 1)
    raise PluginError(
        f"{run} was trained with the plugin{plural} {' and '.join(missing)}: add {options}"
        f"{_in_python(missing)}"
    )


def changed(environment: Mapping[str, Any]) -> list[str]:
    """The plugins whose source has changed since the run was trained."""
    return [
        each["module"]
        for each in environment.get("plugins", ())
        if each.get("sha256") is not None and each["sha256"] != _digest(each["module"])
    ]


def _in_python(modules: list[str]) -> str:
    return ", or in Python " + " and ".join(f'kspec.plugins.load("{each}")' for each in modules)


def _used(value: Any) -> Iterator[registry.Registered]:
    if isinstance(value, Mapping):
        for key, name in value.items():
            found = [
                registry.registered(kind, name) for kind in _kinds(key) if isinstance(name, str)
            ]
            yield from (each for each in found if each is not None)
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _used(each)


def _kinds(key: str) -> Iterable[str]:
    """The kinds of object that a text under `key` may name."""
    if key == "type":
        return [kind for kind in registry.KINDS if kind != "sources"]
    if key == "source":
        return ["sources"]
    kind = kind_of_argument(key)
    return [kind] if kind in registry.KINDS else []


def _version(module: str) -> str | None:
    root = module.split(".")[0]
    try:
        return metadata.version(root)
    except metadata.PackageNotFoundError:
        version = getattr(sys.modules.get(root), "__version__", None)
        return version if isinstance(version, str) else None


def _digest(module: str) -> str | None:
    """SHA-256 (hex) of the module's file, or all Python files of a package; None without a file."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        return None
    path = Path(file)
    files = sorted(path.parent.rglob("*.py")) if path.name == "__init__.py" else [path]
    digest = hashlib.sha256()
    for each in files:
        digest.update(each.relative_to(path.parent).as_posix().encode())
        digest.update(each.read_bytes())
    return digest.hexdigest()
