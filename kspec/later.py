"""Modules that are loaded when somebody uses them, and not before."""

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
    """Whoever imports one of these modules within it gets one in its place that loads the real one
    at its first use. They are parts of packages ("matplotlib.pyplot"), which load as ever.

    `importlib.util.LazyLoader` would leave its module to all who import it afterwards. What is
    loaded already is left alone.
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
        """Let the next import find the real one."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]

    def __getattr__(self, name: str) -> Any:
        # The import asks for "__path__", and `inspect` asks all modules there are for "__file__".
        if name.startswith("__"):
            raise AttributeError(name)
        self.withdraw()
        return getattr(importlib.import_module(self.__name__), name)
