"""Modules that are loaded when they are first used, and not before."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

__all__ = ["later"]


@contextmanager
def later(*names: str) -> Iterator[None]:
    """Importing one of these modules within the block gives a stand-in that loads the real one on
    first use. A package comes before its submodules ("matplotlib", "matplotlib.pyplot").

    `importlib.util.LazyLoader` would leave its module to all later importers. Modules that are
    already loaded are not affected.
    """
    stand_ins: dict[str, _Later] = {}
    for name in names:
        if name in sys.modules:
            continue
        stand_ins[name] = _Later(name, stand_ins)
        package, _, own = name.rpartition(".")
        if package in stand_ins:  # `from package import own` must not use the package.
            setattr(stand_ins[package], own, stand_ins[name])
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        _withdraw(stand_ins)


def _withdraw(stand_ins: Mapping[str, ModuleType]) -> None:
    """Let the next import find the real modules."""
    for name, stand_in in stand_ins.items():
        if sys.modules.get(name) is stand_in:
            del sys.modules[name]


class _Later(ModuleType):
    def __init__(self, name: str, together: Mapping[str, ModuleType]) -> None:
        super().__init__(name)
        self._together = together  # All stand-ins: a real module must not meet one.

    def real(self) -> ModuleType:
        _withdraw(self._together)
        return importlib.import_module(self.__name__)

    def __getattr__(self, name: str) -> Any:
        if name == "__path__":  # Every import from here asks whether there is one.
            return _Path(self)
        if name.startswith("__"):  # `inspect` looks up "__file__" on all modules.
            raise AttributeError(name)
        return getattr(self.real(), name)


class _Path:
    """Where the submodules are; Python searches it for those that have no stand-in.

    One that the package loads itself would be there twice then.
    """

    def __init__(self, package: _Later) -> None:
        self._package = package

    def __iter__(self) -> Iterator[str]:
        return iter(self._package.real().__path__)
