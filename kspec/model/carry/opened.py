"""Opens a weights file of any kind."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kspec.errors import Place, Problem, SpecError
from kspec.model.carry.hdf5 import held_in_hdf5
from kspec.model.carry.shards import held_in_shards
from kspec.model.carry.stored import Held, broken

__all__ = ["opened"]

_ZIP, _HDF5 = b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"
_MEMBER = "model.weights.h5"


@contextmanager
def opened(path: Path, *, limit: int) -> Iterator[Held]:
    """The contents of the weights file at `path`: a `.keras` archive, HDF5 of Keras 1 to 3, or the
    `model.json` of TensorFlow.js with its shards beside it.

    At most `limit` bytes are extracted from an archive. Raises SpecError for any other kind of
    file.
    """
    file = str(path)
    if not path.exists():
        raise SpecError([Problem(Place(file), f"there is no file {file}", "no-file")])
    try:
        with path.open("rb") as stream:
            start = stream.read(len(_HDF5))
            stream.seek(0)
            if start.startswith(_ZIP):
                with tempfile.TemporaryFile() as unpacked:
                    _unpack(stream, unpacked, file, limit)
                    with held_in_hdf5(unpacked, file) as held:
                        yield held
            elif start.startswith(_HDF5):
                with held_in_hdf5(stream, file) as held:
                    yield held
            elif not start:
                raise broken(file, "the file is empty")
            else:
                yield held_in_shards(stream.read(limit), path)
    except OSError as error:
        raise broken(file, f"the weights cannot be read: {error.strerror or error}") from None


def _unpack(stream: IO[bytes], target: IO[bytes], file: str, limit: int) -> None:
    try:
        with zipfile.ZipFile(stream) as archive:
            if _MEMBER not in archive.namelist():
                raise broken(file, f"the archive holds no weights: there is no {_MEMBER} in it")
            if archive.getinfo(_MEMBER).file_size > limit:
                raise broken(
                    file, f"{_MEMBER} in the archive is far larger than the network's weights"
                )
            with archive.open(_MEMBER) as member:
                shutil.copyfileobj(member, target)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise broken(file, f"the archive cannot be read: {error}") from None
    target.seek(0)
