"""The runs below a folder, looked up for every page but read only if they have changed."""

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

# Seconds: a second change within the resolution of the file's time would go unnoticed.
SETTLED_AFTER = 2.0
# The files of a run that pages are made of.
READ = (".json", ".npz")

State = tuple[object, ...]


@dataclass(frozen=True)
class Known:
    """A run: its key in URLs, its label, and its summary.

    `state` differs whenever anything in the run has changed.
    """

    key: str
    label: str
    summary: RunSummary
    state: State


class KnownRuns:
    """The runs below `root`. It is thread-safe.

    `hidden` is how many were left out at the last lookup: those that cannot be read, and those that
    lead outside the root.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.hidden = 0
        self._lock = Lock()
        self._read: dict[Path, Known] = {}

    def all(self) -> list[Known]:
        """Every run that exists now, in no particular order."""
        with self._lock:
            folders = list(run_folders(self.root))
            found = [known for folder in folders if (known := self._known(folder)) is not None]
            self.hidden = len(folders) - len(found)
            self._read = {known.summary.path: known for known in found}
        return found

    def get(self, key: str) -> Known | None:
        """The run with this key, if it exists now."""
        return next((known for known in self.all() if known.key == key), None)

    def _known(self, folder: Path) -> Known | None:
        """The run in `folder`; None if it has just disappeared or leads outside the root."""
        try:
            state = _state(folder)
            before = self._read.get(folder)
            if before is None or before.state[:-1] != state or _is_recent(folder):
                if not _stays_within(folder, self.root):
                    return None
                before = Known(self._key(folder), label_of(folder), summarize(folder), state)
            status = before.summary.status
            if status in ("running", "incomplete"):  # These change without any file changing.
                status = status_of(folder, None)
        except (OSError, RunError):
            return None
        if status != before.summary.status:
            before = replace(before, summary=replace(before.summary, status=status))
        return replace(before, state=(*state, status))

    def _key(self, folder: Path) -> str:
        """The path from the root; if the root itself is a run, its name."""
        way = folder.name if folder == self.root else folder.relative_to(self.root).as_posix()
        return quote(os.fsencode(way), safe="/")


def as_key(path: str) -> str:
    """A run's path from a URL, in the normalized form of a key."""
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
    """Whether neither `folder` nor the files read in it are links to somewhere outside `root`.

    Otherwise a folder of runs from somebody else could expose other files on this machine.
    """
    if not is_run(folder):
        return False
    inside = root.resolve()
    linked = [each for each in folder.iterdir() if each.suffix in READ and each.is_symlink()]
    return all(each.resolve().is_relative_to(inside) for each in (folder, *linked))
