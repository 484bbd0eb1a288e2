"""Which runs are being written: a lock that the system releases however the process ends."""

from __future__ import annotations

import errno
import os
import platform
import sys
import time
from pathlib import Path
from typing import IO

from kspec.errors import RunError

__all__ = ["LockedError", "RunLock", "is_running"]

NAME = ".running"

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes], *, shared: bool = False) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes], *, shared: bool = False) -> None:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


# How both report that somebody else holds the lock. NO_LOCKS are the errors of file systems
# without locks, such as some network file systems; a training must not fail because of them.
BUSY = (BlockingIOError, PermissionError)
TRIES, PAUSE = 5, 0.02
NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


class LockedError(RunError):
    """Somebody else holds the lock."""


class RunLock:
    """The lock of a run folder, held until `release` or the end of the process.

    On a file system without locks it holds nothing: until it has a result, the run then looks as if
    nobody were writing it. The file names the process that holds the lock, for people; only the
    system knows whether it is held, so a file left by a killed process is no obstacle. Raises
    LockedError if somebody else is writing there, and RunError if it cannot be locked.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        for left in reversed(range(TRIES)):
            holder = self._attempt()
            if holder is None:
                break
            if not left:
                raise LockedError(f"{folder} is being written by another process{holder}")
            time.sleep(PAUSE)  # `is_running` may be holding it for a moment.
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()} on {platform.node()}\n".encode())
        self._file.flush()

    def release(self) -> None:
        """Release the lock; a second call does nothing."""
        if self._file.closed:
            return
        if sys.platform == "win32":  # Windows does not remove open files.
            self._file.close()
            self._path.unlink(missing_ok=True)
        else:  # Unlinked while locked, so that nobody else's file is removed.
            self._path.unlink(missing_ok=True)
            self._file.close()

    def _attempt(self) -> str | None:
        """None if we now hold the lock; otherwise a text that names the holder, or an empty one."""
        try:
            # (Append mode: the file must not be truncated before the lock is held.)
            self._file = self._path.open("a+b")
        except OSError as error:
            raise RunError(f"{self._path} cannot be written: {error.strerror}") from error
        try:
            _take(self._file)
        except BUSY:
            holder = _holder(self._file)
            self._file.close()
            return holder
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise RunError(f"{self._path} cannot be locked: {error.strerror}") from error
        if self._is_in_place():
            return None
        self._file.close()  # Its holder has just removed it; this is no longer the lock file.
        return ""

    def _is_in_place(self) -> bool:
        """Whether the open file is still the one in the folder."""
        try:
            return os.path.samestat(os.fstat(self._file.fileno()), self._path.stat())
        except FileNotFoundError:
            return False


def _holder(file: IO[bytes]) -> str:
    """The holder by the file's own account, in brackets; empty if it cannot be read."""
    try:
        file.seek(0)
        said = file.read(200).decode(errors="replace").strip()
    except OSError:  # Windows does not allow reading what another process has locked.
        return ""
    return f" ({said})" if said else ""


def is_running(folder: Path) -> bool:
    """Whether a process, this one or another on this machine, is writing the run in `folder`.

    Raises RunError if that cannot be found out.
    """
    try:
        file = (folder / NAME).open("rb")
    except FileNotFoundError:
        return False
    except OSError as error:
        raise RunError(f"{folder / NAME} cannot be read: {error.strerror}") from error
    with file:
        try:
            _take(file, shared=True)
        except BUSY:
            return True
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise RunError(f"{folder / NAME} cannot be locked: {error.strerror}") from error
    return False
