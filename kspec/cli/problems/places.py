"""Places in the form that programs need."""

from __future__ import annotations

import os
from pathlib import Path

from kspec.errors import Place

__all__ = ["end_column", "relative", "setting"]

_SETTING = "--set "


def setting(place: Place) -> str | None:
    """The PATH=VALUE of a place on the command line; None for a place in a file."""
    if place.line == 0 and place.file.startswith(_SETTING):
        return place.file.removeprefix(_SETTING)
    return None


def end_column(place: Place) -> int:
    """The column after the last one of the place."""
    return place.column + place.width


def relative(file: str, root: Path) -> str | None:
    """The path of `file` relative to `root`, with slashes; None for a file outside it."""
    # By the given name if possible, otherwise with symbolic links resolved.
    for path, top in (
        (Path(os.path.normpath(Path.cwd() / file)), root),
        (Path(file).resolve(), root.resolve()),
    ):
        if path.is_relative_to(top):
            return path.relative_to(top).as_posix()
    return None
