"""The runs below a folder, found anew for every page but read only when they have changed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from urllib.parse import quote, unquote_to_bytes

from kspec.errors import RunError
from kspec.runs.find import RunSummary, status_of, summarize
from kspec.runs.folder import HISTORY, RESULT, is_run, label_of, run_folders

__all__ = ["Known", "KnownRuns", "as_key"]

# A change in the same instant as the last one would leave no trace in a time that is newer.
SETTLED_AFTER = 2.0
# The files of a run that pages are made of.
READ = (".json", ".npz")

State = tuple[object, ...]


@dataclass(frozen=True)
class Known:
    """A run: what it is called in an address, what it is called, and how it stands.

    `state` is another one whenever anything in it has changed.
    """

    key: str
    label: str
    summary: RunSummary
    state: State


class KnownRuns:
    """The runs below `root`. Can be asked by several threads.

    `hidden` is how many were not shown when they were last looked for: those that cannot be read,
    and those that lead out of the root.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.hidden = 0
        self._lock = Lock()
        self._read: dict[Path, Known] = {}

    def all(self) -> list[Known]:
        """Every run that is there now, in no order."""
        with self._lock:
            folders = list(run_folders(self.root))
            found = [known for folder in folders if (known := self._known(folder)) is not None]
            self.hidden = len(folders) - len(found)
            self._read = {known.summary.path: known for known in found}
        return found

    def get(self, key: str) -> Known | None:
        """The run with this key, if it is there now."""
        return next((known for known in self.all() if known.key == key), None)

    def _known(self, folder: Path) -> Known | None:
        """The run in `folder`; None for one that has just gone, or that leads out of the root."""
        try:
            state = _state(folder)
            before = self._read.get(folder)
            if before is None or before.state[:-1] != state or _is_recent(folder):
                if not _stays_within(folder, self.root):
                    return None
                before = Known(self._key(folder), label_of(folder), summarize(folder), state)
            status = before.summary.status
            if status in ("running", "incomplete"):  # Of which no file has to change.
                status = status_of(folder, None)
        except (OSError, RunError):
            return None
        if status != before.summary.status:
            before = replace(before, summary=replace(before.summary, status=status))
        return replace(before, state=(*state, status))

    def _key(self, folder: Path) -> str:
        """The way from the root; what is a run itself goes by its name."""
        way = folder.name if folder == self.root else folder.relative_to(self.root).as_posix()
        return quote(os.fsencode(way), safe="/")


def as_key(path: str) -> str:
    """What stands in an address for a run, in the one form that a key has."""
    return quote(unquote_to_bytes(path), safe="/")


def _state(folder: Path) -> State:
    where = folder.stat()
    return (where.st_dev, where.st_ino, where.st_mtime_ns, *_files(folder))


def _files(folder: Path) -> Iterator[object]:
    for name in (RESULT, HISTORY):
        try:
            found = (folder / name).stat()
        except FileNotFoundError:
            yield None
        else:
            yield found.st_mtime_ns, found.st_size


def _is_recent(folder: Path) -> bool:
    return time.time() - folder.stat().st_mtime < SETTLED_AFTER


def _stays_within(folder: Path, root: Path) -> bool:
    """Whether neither `folder` nor what is read in it is a link to a place outside of `root`.

    A folder of runs from somebody else might otherwise show what is elsewhere on this machine.
    """
    if not is_run(folder):
        return False
    inside = root.resolve()
    linked = [each for each in folder.iterdir() if each.suffix in READ and each.is_symlink()]
    return all(each.resolve().is_relative_to(inside) for each in (folder, *linked))
