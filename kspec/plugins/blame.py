"""The message of an error, and the line of a plugin that it comes from."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from pathlib import Path

from kspec.errors import keras_says
from kspec.spec.catalog import registry

__all__ = ["line_of", "said_by"]


def said_by(error: BaseException) -> str:
    """As `keras_says`; for an error in a plugin with type and line: KeyError: … (pets.py:12)."""
    line = line_of(error)
    said = keras_says(error)
    kind = type(error).__name__
    return f"{kind}: {said}{line}" if line and said != kind else said + line


def line_of(error: BaseException, modules: Iterable[str] = ()) -> str:
    """The innermost plugin line in the traceback of `error`, as " (pets.py:12)"; "" if none.

    A module counts with all of its package; without `modules` those of all plugins count.
    """
    roots = {module.split(".")[0] for module in modules or registry.modules()}
    found = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        module = str(frame.f_globals.get("__name__", ""))
        if module.split(".")[0] in roots:
            found = f" ({Path(frame.f_code.co_filename).name}:{line})"
    return found
