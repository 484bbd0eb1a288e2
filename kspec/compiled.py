"""What XLA compiles for JAX is kept, for the next training that needs the same program."""

from __future__ import annotations

import hashlib
import itertools
import os
import platform
import sys
from collections.abc import Iterable
from pathlib import Path

from kspec.places import compiled_folder

__all__ = ["clear", "keep_compiled", "programs", "size"]

FOLDER, WORTH = "JAX_COMPILATION_CACHE_DIR", "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"
# JAX keeps what takes a second; the steps of a small network take less and are compiled as often.
SECONDS = "0.2"
# As JAX calls them. (On a GPU it keeps there, too, in a folder, which convolutions are fastest.)
FILES = "*-cache"
# A program is some hundred kB to some MB.
LIMIT = 2**29


def keep_compiled() -> None:
    """Let JAX, which starts later, keep its programs in `compiled_folder`, and take them from it.

    A training of the same network with another seed, a resumed one, an evaluation then compile
    nothing. The programs are JAX's own, by its own key (code, versions, flags, devices). That does
    not say what a processor can do, and a home may be mounted on machines of several kinds, so each
    kind has a folder. Nothing is done where the environment says something of it, and where the
    folder cannot be written. Of more than 512 MB the half that was used longest ago goes.
    """
    if FOLDER in os.environ or "jax" in sys.modules:
        return
    folder = compiled_folder() / _processor()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    if not os.access(folder, os.W_OK):
        return
    _bound(_newest_first(folder.glob(FILES)), LIMIT)
    os.environ[FOLDER] = str(folder.absolute())
    os.environ.setdefault(WORTH, SECONDS)


def programs() -> list[Path]:
    """The files for all kinds of processors, the last used first."""
    return _newest_first(compiled_folder().glob(f"*/{FILES}"))


def size(found: Iterable[Path]) -> int:
    """The bytes that these files have together."""
    return sum(map(_size, found))


def clear(found: Iterable[Path]) -> None:
    """Remove these files. JAX compiles again what was in them."""
    for path in found:
        path.unlink(missing_ok=True)


def _newest_first(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=_used, reverse=True)


def _bound(found: list[Path], limit: int) -> None:
    """Where they are more than `limit` bytes, keep half as many of those used last."""
    if size(found) > limit:
        up_to = list(itertools.accumulate(map(_size, found)))
        clear(path for path, kept in zip(found, up_to, strict=True) if kept > limit // 2)


def _used(path: Path) -> float:
    """Seconds since 1970. (A file system may note an access once a day, or never.)"""
    try:
        found = path.stat()
    except FileNotFoundError:  # Another process has just removed it.
        return 0.0
    return max(found.st_atime, found.st_mtime)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _processor() -> str:
    """A short name for what the processor can do."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    # (x86 and ARM; the model's name, too, as XLA tunes for it.)
    telling = ("model name", "flags", "Features", "CPU part")
    said = sorted({line for line in lines if line.startswith(telling)})
    what = "\n".join([platform.machine(), platform.processor(), *said])
    return hashlib.sha256(what.encode()).hexdigest()[:16]
