"""Features in files: a row for each sample, found by the sample's digest.

A folder holds the outputs of one frozen part for samples, whichever run they come from: two runs
with different splits, seeds or numbers of samples share the rows of the samples that they have in
common. `rows.bin` has the rows one after the other, `index.bin` the digest of the sample of each.
A digest is written after its row is on disk, so that whatever a killed process leaves behind is
intact as far as the index goes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kspec.errors import DataError, RunError
from kspec.runs import atomic
from kspec.runs.files import read_object
from kspec.runs.lock import RunLock
from kspec.sizes import byte_size

__all__ = ["ABOUT", "Kept", "Rows", "Store", "clear", "kept"]

ABOUT, ROWS, INDEX = "about.json", "rows.bin", "index.bin"
TOLD = ("network", "until", "backend", "dtype", "shape")
DIGEST_BYTES = 16


class Rows:
    """Rows of a store in a chosen order, mapped into memory: (n, \\*shape), float32.

    It accepts the same indices as a NumPy array along its first axis, and reads only those rows.
    """

    def __init__(self, mapped: np.ndarray, places: np.ndarray) -> None:
        self._mapped = mapped
        self._places = places

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self._places), *self._mapped.shape[1:])

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, chosen: Any) -> np.ndarray:
        return np.asarray(self._mapped[self._places[chosen]], dtype=np.float32)


class Store:
    """The rows in `folder`, each of `shape` and `dtype`; the folder is made with the first rows.

    `about` describes them, for people and for `kspec cache ls`.
    """

    def __init__(
        self, folder: Path, shape: Sequence[int], dtype: str, about: Mapping[str, Any]
    ) -> None:
        self.folder = folder
        self.shape = tuple(shape)
        self.dtype = np.dtype(dtype)
        self.about = about
        self._places = self._read_index()

    @property
    def row_bytes(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize

    def missing(self, digests: Sequence[bytes]) -> list[int]:
        """The positions in `digests` of those without a row, each digest once."""
        seen = set(self._places)
        found = []
        for place, digest in enumerate(digests):
            if digest not in seen:
                seen.add(digest)
                found.append(place)
        return found

    def require_room(self, rows: int) -> None:
        """Raise DataError if the disk has no room for that many more rows."""
        needed = rows * self.row_bytes
        existing = next(each for each in (self.folder, *self.folder.parents) if each.exists())
        free = shutil.disk_usage(existing).free
        if needed > free:
            raise DataError(
                f"the features need {byte_size(needed)} in {self.folder}, but only "
                f"{byte_size(free)} are free; KSPEC_CACHE names another folder, kspec cache clear "
                'makes room, and "dtype": "float16" needs half of it'
            )

    def append(self, digests: Sequence[bytes], rows: np.ndarray) -> None:
        """Write `rows` (n, \\*shape), one for each digest. Raises DataError if that fails.

        The caller must hold the lock of the folder.
        """
        try:
            self._append(digests, np.ascontiguousarray(rows, dtype=self.dtype))
        except OSError as error:
            raise DataError(f"{self.folder} cannot be written: {error.strerror}") from error

    def rows(self, digests: Sequence[bytes]) -> Rows:
        """The row of each digest; all of them must exist."""
        mapped = np.memmap(self.folder / ROWS, self.dtype, "r", shape=(self._count, *self.shape))
        return Rows(mapped, np.array([self._places[digest] for digest in digests], dtype=np.int64))

    def look_again(self) -> None:
        """Read the index again, for rows that another process has written."""
        self._places = self._read_index()

    def used(self) -> None:
        """Note that the rows were used now."""
        os.utime(self.folder / ABOUT)

    @property
    def _count(self) -> int:
        return len(self._places)

    def _append(self, digests: Sequence[bytes], rows: np.ndarray) -> None:
        if not (self.folder / ABOUT).exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            about = {**self.about, "shape": list(self.shape), "dtype": self.dtype.name}
            atomic.write_json(self.folder / ABOUT, about)
        for name, content, length in (
            (ROWS, rows.tobytes(), self._count * self.row_bytes),
            (INDEX, b"".join(digests), self._count * DIGEST_BYTES),
        ):
            with (self.folder / name).open("ab") as file:
                file.truncate(length)  # Removes what a killed process left half-written.
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for digest in digests:
            self._places[digest] = self._count

    def _read_index(self) -> dict[bytes, int]:
        try:
            index = (self.folder / INDEX).read_bytes()
            there = (self.folder / ROWS).stat().st_size // self.row_bytes
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise DataError(f"{self.folder} cannot be read: {error.strerror}") from error
        count = min(len(index) // DIGEST_BYTES, there)
        return {
            index[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]: place
            for place in range(count)
        }


@dataclass(frozen=True)
class Kept:
    """The features in one folder: what they are, of how many samples, and how many bytes.

    If the description of a folder is damaged, all values of `about` are None.
    """

    folder: Path
    about: dict[str, Any]
    samples: int
    size: int
    used: float


def kept(root: Path) -> list[Kept]:
    """All features kept below `root`, the last used first; `used` is in seconds since 1970."""
    found = []
    for about in root.glob(f"*/{ABOUT}"):
        folder = about.parent
        sizes = {
            name: path.stat().st_size if (path := folder / name).exists() else 0
            for name in (ROWS, INDEX)
        }
        found.append(
            Kept(
                folder=folder,
                about=_about(about),
                samples=sizes[INDEX] // DIGEST_BYTES,
                size=sum(sizes.values()),
                used=about.stat().st_mtime,
            )
        )
    return sorted(found, key=lambda one: one.used, reverse=True)


def _about(path: Path) -> dict[str, Any]:
    try:
        found = read_object(path)
    except RunError:
        return dict.fromkeys(TOLD)
    *texts, shape = (found.get(name) for name in TOLD)
    whole = all(isinstance(text, str) for text in texts) and isinstance(shape, list)
    return {name: found[name] for name in TOLD} if whole else dict.fromkeys(TOLD)


def clear(folder: Path) -> None:
    """Remove the features in `folder`, but no other files in it.

    Raises LockedError while a process is computing them. A process that is training on them has
    them mapped, and continues.
    """
    lock = RunLock(folder)
    for name in (INDEX, ROWS, ABOUT):
        (folder / name).unlink(missing_ok=True)
    lock.release()
    if not any(folder.iterdir()):
        folder.rmdir()
