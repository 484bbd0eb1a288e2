"""Who is still training: a lock that the system takes back however its process ends."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

__all__ = ["RunLock", "is_running"]

NAME = ".running"

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes], *, shared: bool = False) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes], *, shared: bool = False) -> None:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


class RunLock:
    """The lock of a run folder, held until `release` or the end of the process.

    Raises OSError where somebody else holds it, or the file system knows no locks.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._file = self._path.open("wb")
        _take(self._file)

    def release(self) -> None:
        """Give the lock up; a second time does nothing."""
        if not self._file.closed:
            self._file.close()
            self._path.unlink(missing_ok=True)


def is_running(folder: Path) -> bool:
    """Whether a process, this one or another on this machine, is writing the run in `folder`."""
    try:
        file = (folder / NAME).open("rb")
    except FileNotFoundError:
        return False
    with file:
        try:
            _take(file, shared=True)
        except OSError:
            return True
    return False
