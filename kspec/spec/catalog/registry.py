"""The registry of what plugins add to Keras; filled as they are imported (`kspec.plugins`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kspec.spec.catalog.entry import Entry

__all__ = [
    "KINDS",
    "SAVED",
    "Registered",
    "add",
    "bringing",
    "brings",
    "importing",
    "isolated",
    "modules",
    "plugins",
    "registered",
    "registered_of",
    "seek",
]

KINDS = (
    "constraints",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "optimizers",
    "regularizers",
    "schedules",
    "sources",
)
"""What a plugin can register; data sources are not Keras objects."""

SAVED = ("constraints", "initializers", "layers", "regularizers")
"""The kinds that a saved model can hold: layers, and the objects within their arguments."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What a plugin registered: its entry, the class or function itself, the plugin's module.

    For a data source `class_names` are the names of its labels, if it gives them.
    """

    entry: Entry
    thing: Callable[..., Any]
    plugin: str
    class_names: tuple[str, ...] = ()


_all: dict[tuple[str, str], Registered] = {}
_importing: list[str] = []


def registered(kind: str, name: str) -> Registered | None:
    """What an imported plugin has registered as `name` of `kind`; None if nothing."""
    return _all.get((kind, name))


def registered_of(kind: str) -> dict[str, Registered]:
    """Everything of `kind` that plugins have registered, by name."""
    return {name: each for (of, name), each in _all.items() if of == kind}


def seek(kind: str, name: str) -> Registered | None:
    """As `registered`, but imports the installed plugins before giving up."""
    found = registered(kind, name)
    if found is None and kind in KINDS and name.isidentifier():
        from kspec.plugins.installed import load_installed

        if load_installed():
            return registered(kind, name)
    return found


def plugins() -> set[str]:
    """The modules of the plugins that have registered something."""
    return {each.plugin for each in _all.values()}


def modules() -> set[str]:
    """The modules of the plugins that have registered something, and those that define it."""
    return {module for each in _all.values() for module in (each.plugin, each.thing.__module__)}


def brings(module: str) -> bool:
    """Whether the plugin `module`, or a module of its package, has registered something."""
    return any(known == module or known.startswith(f"{module}.") for known in modules())


def add(each: Registered) -> None:
    """Register `each`; it replaces any other of the same kind and name."""
    _all[each.entry.kind, each.entry.name] = each


def importing() -> str | None:
    """The plugin that is being imported, to which additions are attributed; None if none is."""
    return _importing[0] if _importing else None


@contextmanager
def bringing(plugin: str) -> Iterator[None]:
    """Attribute additions within it to `plugin`; if it fails they are undone."""
    before = dict(_all)
    _importing.append(plugin)
    try:
        yield
    except BaseException:
        _all.clear()
        _all.update(before)
        raise
    finally:
        _importing.pop()


@contextmanager
def isolated() -> Iterator[None]:
    """Undo additions within it afterwards."""
    before = dict(_all)
    try:
        yield
    finally:
        _all.clear()
        _all.update(before)
