"""A NumPy archive: x_train and y_train; optionally x_test, y_test, x_val, y_val, class_names.

For a network with several inputs there is an array for each in place of x_train: x_train_left,
x_train_right.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import numpy as np

from kspec.data.arrays import as_split, as_values, is_whole
from kspec.data.dataset import LabelKind, Raw, Split
from kspec.data.lazy import Lazy
from kspec.data.samples import Samples
from kspec.data.sources.mapped import map_member
from kspec.errors import DataError
from kspec.machine_memory import usable
from kspec.spec.models import Input

__all__ = ["read"]

# What the readers of zip, deflate and NumPy headers were seen to raise on damaged bytes.
_BROKEN = (
    EOFError,
    KeyError,
    MemoryError,
    OSError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def read(
    path: Path,
    *,
    inputs: Mapping[str, Input],
    labels: LabelKind = "classes",
    within: int | None = None,
) -> Raw:
    """Read an archive written by `numpy.savez`; nothing in it is ever executed.

    The dtypes of `inputs` decide whether samples are whole numbers, or pixels and other values. If
    the archive takes more than `within` bytes (by default a quarter of the memory), pixels and
    other values that are not compressed stay in the file: they are a `Lazy`.

    Raises DataError, naming the file, for one that is missing, broken, or lacks arrays.
    """
    if path.is_dir():
        raise DataError(f'{path} is a folder; data.source "npz" needs a .npz file')
    if not path.exists():
        raise DataError(f"{path}: there is no such file; data.path must name a .npz file")
    try:
        archive = np.load(path, allow_pickle=False) if zipfile.is_zipfile(path) else None
    except _BROKEN as error:
        raise DataError(f"{path} is broken: {_line(error)}") from error
    if archive is None:
        raise DataError(f"{path} is not a .npz file, or is truncated")
    mapped = path.stat().st_size > (usable() // 4 if within is None else within)
    with archive:
        train = _part(archive, path, "train", inputs, labels, mapped, required=True)
        assert train is not None
        validation = _part(archive, path, "val", inputs, labels, mapped)
        test = _part(archive, path, "test", inputs, labels, mapped)
        names = _class_names(archive, path)
    if labels == "numbers":
        return Raw(train, validation, test, (), source=str(path))
    highest = max(int(split.y.max()) for split in (train, validation, test) if split is not None)
    if not names:
        names = tuple(str(label) for label in range(highest + 1))
    elif highest >= len(names):
        raise DataError(
            f"{path}: class_names has {len(names)} names, but the labels go up to {highest}"
        )
    return Raw(train, validation, test, names, source=str(path))


def _part(
    archive: np.lib.npyio.NpzFile,
    path: Path,
    part: str,
    inputs: Mapping[str, Input],
    labels: LabelKind,
    mapped: bool,
    *,
    required: bool = False,
) -> Split | None:
    keys = {name: f"x_{part}_{name}" if len(inputs) > 1 else f"x_{part}" for name in inputs}
    wanted = [*keys.values(), f"y_{part}"]
    missing = [name for name in wanted if name not in archive.files]
    if len(missing) == len(wanted) and not required:
        return None
    if missing:
        found = ", ".join(sorted(archive.files)) or "nothing"
        raise DataError(f"{path} lacks {' and '.join(missing)}; it holds {found}")
    arrays = {
        name: _samples(archive, path, key, inputs[name].dtype, mapped=mapped)
        for name, key in keys.items()
    }
    x: Samples = arrays if len(inputs) > 1 else next(iter(arrays.values()))
    y = _array(archive, path, f"y_{part}")
    return as_split(x, y, where=str(path), part=part, labels=labels)


def _samples(
    archive: np.lib.npyio.NpzFile, path: Path, key: str, dtype: str, *, mapped: bool
) -> np.ndarray:
    where = f"{path}: {key}"
    found = map_member(path, key) if mapped and not is_whole(dtype) else None
    if found is None:
        return as_values(_array(archive, path, key), dtype, where=where)
    values = as_values(found, dtype, where=where)
    if values is not found:  # Its dtype differs from the file's, so it had to be converted.
        return values
    every = np.arange(len(values))
    lazy = Lazy(lambda places: np.array(values[places]), every, values.shape[1:], values.dtype)
    return cast(np.ndarray, lazy)  # For code that handles samples, it is an array.


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
    except _BROKEN as error:
        if "allow_pickle" in str(error):
            raise DataError(
                f"{path}: {name} is an array of Python objects, which would have to be unpickled; "
                "save it as an array of numbers"
            ) from error
        raise DataError(f"{path}: {name} is broken: {_line(error)}") from error
    if not isinstance(array, np.ndarray):
        raise DataError(f"{path}: {name} is not an array")
    return array


def _line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
