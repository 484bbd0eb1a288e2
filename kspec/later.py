"""Modules that are loaded when they are first used, and not before."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

__all__ = ["later"]


@contextmanager
def later(*names: str) -> Iterator[None]:
    """Importing one of these modules within the block gives a stand-in that loads the real one on
    first use. They are submodules ("matplotlib.pyplot"), whose packages load as usual.

    `importlib.util.LazyLoader` would leave its module to all later importers. Modules that are
    already loaded are not affected.
    """
    stand_ins = {name: _Later(name) for name in names if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for stand_in in stand_ins.values():
            stand_in.withdraw()


class _Later(ModuleType):
    def withdraw(self) -> None:
        """Let the next import find the real module."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]

    def __getattr__(self, name: str) -> Any:
        # The import looks up "__path__", and `inspect` looks up "__file__" on all modules.
        if name.startswith("__"):
            raise AttributeError(name)
        self.withdraw()
        return getattr(importlib.import_module(self.__name__), name)
