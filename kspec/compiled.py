"""A cache of the programs that XLA compiles for JAX, for the next training that needs them."""

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
# JAX caches what takes a second to compile; the steps of a small network take less than that.
SECONDS = "0.2"
# JAX's names. (On a GPU its choices of convolutions are there as well, in a folder.)
FILES = "*-cache"
# A program takes some hundred kB to some MB.
LIMIT = 2**29


def keep_compiled() -> None:
    """Let JAX, which starts later, cache its programs in `compiled_folder`.

    Training the same network with another seed, resuming it or evaluating it then compiles nothing.
    The cache and its key (code, versions, flags, devices) are JAX's own. The key does not include
    the processor's features, and a home directory may be mounted on machines of several kinds, so
    each kind has its own folder. Does nothing if the environment sets the cache, or if the folder
    cannot be written. Above 512 MB the least recently used half is removed.
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
    """The files for all kinds of processors, most recently used first."""
    return _newest_first(compiled_folder().glob(f"*/{FILES}"))


def size(found: Iterable[Path]) -> int:
    """The total size of these files in bytes."""
    return sum(map(_size, found))


def clear(found: Iterable[Path]) -> None:
    """Remove these files. JAX compiles the programs again when needed."""
    for path in found:
        path.unlink(missing_ok=True)


def _newest_first(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=_used, reverse=True)


def _bound(found: list[Path], limit: int) -> None:
    """If they exceed `limit` bytes, keep only half as many bytes of the most recently used."""
    if size(found) > limit:
        up_to = list(itertools.accumulate(map(_size, found)))
        clear(path for path, kept in zip(found, up_to, strict=True) if kept > limit // 2)


def _used(path: Path) -> float:
    """Last use, in seconds since 1970. File systems may record accesses once a day, or never."""
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
    """A short name for the features of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    # (For x86 and ARM; with the model's name, because XLA tunes for it.)
    telling = ("model name", "flags", "Features", "CPU part")
    said = sorted({line for line in lines if line.startswith(telling)})
    what = "\n".join([platform.machine(), platform.processor(), *said])
    return hashlib.sha256(what.encode()).hexdigest()[:16]
