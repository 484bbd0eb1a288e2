"""What plugins bring beside what Keras offers; filled while they are imported (`kspec.plugins`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kspec.spec.catalog.lookup import Entry

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
"""What a plugin can bring; sources of data are no objects of Keras."""

SAVED = ("constraints", "initializers", "layers", "regularizers")
"""The kinds of which a saved model holds some: a layer, and what is within its arguments."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What a plugin brings: its entry, the class or function itself, the module of the plugin.

    Of a source of data `class_names` are those of its labels, as far as it has said them.
    """

    entry: Entry
    thing: Callable[..., Any]
    plugin: str
    class_names: tuple[str, ...] = ()


_all: dict[tuple[str, str], Registered] = {}
_importing: list[str] = []


def registered(kind: str, name: str) -> Registered | None:
    """What a plugin that has been imported calls `name` among `kind`."""
    return _all.get((kind, name))


def registered_of(kind: str) -> dict[str, Registered]:
    """Everything of `kind` that plugins have brought, by name."""
    return {name: each for (of, name), each in _all.items() if of == kind}


def seek(kind: str, name: str) -> Registered | None:
    """As `registered`, but plugins that are installed are imported before it is given up."""
    found = registered(kind, name)
    if found is None and kind in KINDS and name.isidentifier():
        from kspec.plugins.installed import load_installed

        if load_installed():
            return registered(kind, name)
    return found


def plugins() -> set[str]:
    """The modules of the plugins that have brought something."""
    return {each.plugin for each in _all.values()}


def modules() -> set[str]:
    """The modules of the plugins that have brought something, and those where it is defined."""
    return {module for each in _all.values() for module in (each.plugin, each.thing.__module__)}


def brings(module: str) -> bool:
    """Whether the plugin `module` has brought something, itself or a module of its package."""
    return any(known == module or known.startswith(f"{module}.") for known in modules())


def add(each: Registered) -> None:
    """Take `each` up; one of the same kind and name, if there is any, is gone."""
    _all[each.entry.kind, each.entry.name] = each


def importing() -> str | None:
    """The plugin that is being imported: what is added now is brought by it."""
    return _importing[0] if _importing else None


@contextmanager
def bringing(plugin: str) -> Iterator[None]:
    """What is added within it is brought by `plugin`; nothing of that stays if it fails."""
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
    """What is added within it is forgotten afterwards."""
    before = dict(_all)
    try:
        yield
    finally:
        _all.clear()
        _all.update(before)
