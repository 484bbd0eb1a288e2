"""The specs that a command line names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kspec.errors import UsageError

__all__ = ["spec_files"]


def spec_files(files: Iterable[str]) -> Iterator[str]:
    """Each file, and the *.json in each folder. Raises UsageError for a folder without any, and
    for an empty text."""
    for file in files:
        if not file:  # To pathlib it is the current folder.
            raise UsageError("an empty text names no spec")
        if Path(file).is_dir():
            specs = sorted(str(path) for path in Path(file).glob("*.json"))
            if not specs:
                raise UsageError(f"{file}: there is no spec in this folder, no *.json")
            yield from specs
        else:
            yield file
