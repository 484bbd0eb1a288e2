"""A NumPy archive: x_train, y_train, and as it pleases x_test, y_test, x_val, y_val, class_names."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np

from kspec.data.arrays import as_split
from kspec.data.dataset import Raw, Split
from kspec.errors import DataError

__all__ = ["read"]


def read(path: Path) -> Raw:
    """Read an archive written by `numpy.savez`; nothing in it is ever executed.

    Raises DataError, naming the file, for one that is missing, broken, or lacks arrays.
    """
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; data.path must name a .npz file")
    try:
        archive = np.load(path, allow_pickle=False)
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} is not a .npz file, or it is broken: {_line(error)}") from error
    if not isinstance(archive, np.lib.npyio.NpzFile):
        raise DataError(f"{path} holds one bare array; a .npz file with x_train, y_train is needed")
    with archive:
        train = _part(archive, path, "train", required=True)
        assert train is not None
        validation = _part(archive, path, "val")
        test = _part(archive, path, "test")
        names = _class_names(archive, path)
    if not names:
        found = [split.y.max() for split in (train, validation, test) if split is not None]
        names = tuple(str(label) for label in range(int(max(found)) + 1))
    return Raw(train, validation, test, names, source=path.name)


def _part(
    archive: np.lib.npyio.NpzFile, path: Path, part: str, *, required: bool = False
) -> Split | None:
    wanted = [f"x_{part}", f"y_{part}"]
    missing = [name for name in wanted if name not in archive.files]
    if len(missing) == 2 and not required:
        return None
    if missing:
        found = ", ".join(sorted(archive.files)) or "nothing"
        raise DataError(f"{path} lacks {' and '.join(missing)}; it holds {found}")
    x, y = (_array(archive, path, name) for name in wanted)
    return as_split(x, y, where=str(path), part=part)


def _class_names(archive: np.lib.npyio.NpzFile, path: Path) -> tuple[str, ...]:
    if "class_names" not in archive.files:
        return ()
    names = _array(archive, path, "class_names")
    if names.ndim != 1:
        raise DataError(f"{path}: class_names has the shape {names.shape}; it must be a list")
    return tuple(
        name.decode(errors="replace") if isinstance(name, bytes) else str(name)
        for name in names.tolist()
    )


def _array(archive: np.lib.npyio.NpzFile, path: Path, name: str) -> np.ndarray:
    try:
        array: np.ndarray = archive[name]
    except ValueError as error:
        if "allow_pickle" in str(error) or "Object arrays" in str(error):
            raise DataError(
                f"{path}: {name} is an array of Python objects, which would have to be unpickled; "
                "save it as an array of numbers"
            ) from error
        raise DataError(f"{path}: {name} is broken: {_line(error)}") from error
    except (OSError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{path}: {name} is broken: {_line(error)}") from error
    return array


def _line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
