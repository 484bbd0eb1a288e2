"""What the script needs to know about the files that hold a spec's data."""

from __future__ import annotations

import csv
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

from kspec.errors import DataError
from kspec.spec.models import FILE_SOURCES, Data, Spec

__all__ = ["DRAWN", "Files", "archive_name", "is_trained", "look", "needs_archive"]

DRAWN = ("pairs", "sentences", "shapes", "table")
"""The sources that kspec generates itself; their arrays go into a file beside the script."""

# Subfolders of a folder of images that are splits, as in `kspec.data.sources.images`.
_SPLITS = {"train": ("train",), "val": ("validation", "val", "valid"), "test": ("test",)}


@dataclass(frozen=True)
class Files:
    """Where the data are, relative to the folder of the script, and what they contain.

    `parts` are the splits that they have, of "train", "val" and "test". For images `folders` names
    the folder of each split, if it has one; for a table `columns` are the inputs, and `has_numbers`
    says whether its classes are numbers.
    """

    path: str = ""
    test_path: str | None = None
    parts: tuple[str, ...] = ("train", "test")
    folders: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    has_numbers: bool = False


def is_trained(spec: Spec) -> bool:
    """Whether the script trains; kspec trains networks of one output."""
    return not isinstance(spec.outputs, tuple) or len(spec.outputs) == 1


def needs_archive(spec: Spec) -> bool:
    """Whether the script reads a file beside it with data that kspec generates."""
    return is_trained(spec) and spec.data.source in DRAWN


def archive_name(spec: Spec) -> str:
    """The name of the file beside the script with data that kspec generates."""
    return f"{spec.name}.npz"


def look(spec: Spec, *, root: Path, script: Path) -> Files:
    """The files that the script for `spec` is to read.

    Paths in the spec are relative to `root`; `script` is the folder of the script. Raises DataError
    for files that are missing or cannot be read.
    """
    data = spec.data
    if not is_trained(spec):
        return Files()
    if data.source in DRAWN:
        validation = ("val",) if data.validation else ()
        return Files(path=archive_name(spec), parts=("train", *validation, "test"))
    if data.source not in FILE_SOURCES:
        if data.path is None:
            return Files()
        return Files(path=_relative(root / Path(data.path).expanduser(), script))
    if data.path is None:
        raise DataError(f'data.source "{data.source}" needs data.path')
    path = root / Path(data.path).expanduser()
    shown = _relative(path, script)
    try:
        if data.source == "npz":
            return Files(path=shown, parts=_parts_of_archive(path))
        if data.source == "images":
            parts, folders = _parts_of_folder(path)
            return Files(path=shown, parts=parts, folders=folders)
        return _table(data, path, root, script)
    except (OSError, ValueError, csv.Error, zipfile.BadZipFile) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(f"{path}: {reason}; eject looks at the data to see what it holds") from None


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _parts_of_archive(path: Path) -> tuple[str, ...]:
    with zipfile.ZipFile(path) as archive:
        names = {name.removesuffix(".npy") for name in archive.namelist()}
    return tuple(part for part in _SPLITS if f"y_{part}" in names)


def _parts_of_folder(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The splits in a folder of images, and their folders; only "train" if it has no splits."""
    found = {
        each.name.lower(): each.name for each in sorted(path.iterdir()) if _holds_folders(each)
    }
    folders = {
        part: next((found[name] for name in names if name in found), None)
        for part, names in _SPLITS.items()
    }
    if folders["train"] is None:
        return ("train",), ()
    own = {part: folder for part, folder in folders.items() if folder is not None}
    return tuple(own), tuple(own.values())


def _holds_folders(path: Path) -> bool:
    if not path.is_dir() or path.name.startswith("."):
        return False
    return any(each.is_dir() and not each.name.startswith(".") for each in path.iterdir())


def _table(data: Data, path: Path, root: Path, script: Path) -> Files:
    test = None if data.test_path is None else root / Path(data.test_path).expanduser()
    target = data.target or ""
    rows = _rows(path, target)
    everything = [*rows, *(_rows(test, target) if test is not None else [])]
    return Files(
        path=_relative(path, script),
        test_path=None if test is None else _relative(test, script),
        parts=("train",) if test is None else ("train", "test"),
        columns=data.columns or tuple(name for name in rows[0] if name != data.target),
        has_numbers=all(_is_number(row[target]) for row in everything),
    )


def _rows(path: Path, target: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file, skipinitialspace=True)
        table.fieldnames = [name.strip() for name in table.fieldnames or ()]
        rows = list(table)
    if target not in table.fieldnames:
        raise DataError(f'{path} has no column "{target}"; it has {", ".join(table.fieldnames)}')
    for number, row in enumerate(rows, 1):
        if None in row or None in row.values():
            raise DataError(
                f"{path}: row {number} has not as many values as there are columns, "
                f"{len(table.fieldnames)}"
            )
    return rows


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text  # As kspec.data reads them.
