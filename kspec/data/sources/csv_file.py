"""A CSV file: a line with the column names, and a line for each sample."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kspec.data.dataset import LabelKind, Raw, Split
from kspec.errors import DataError

__all__ = ["read"]

_MISSING = ("", "?", "na", "n/a", "nan", "null")


@dataclass(frozen=True)
class _Table:
    """The content of a file: the line number of each row, and the texts of each column."""

    path: Path
    lines: tuple[int, ...]
    columns: dict[str, tuple[str, ...]]


def read(
    path: Path,
    *,
    target: str,
    columns: Sequence[str] | None = None,
    labels: LabelKind = "classes",
    test_path: Path | None = None,
) -> Raw:
    """Read a file of comma-separated values in UTF-8, and the test set from `test_path`.

    Samples are the `columns`, by default all but `target` in the order of the file `path`:
    float32 (n, columns). The texts or whole numbers in the column `target` are classes, in sorted
    order; with `labels` "numbers" they are the values to predict. Raises DataError, naming file and
    line, for a value that is missing or not a number, and for a test class that is not among the
    training classes.
    """
    table = _read(path)
    names = _features(table, target, columns)
    tables = [table] if test_path is None else [table, _read(test_path)]
    x = [_samples(each, names) for each in tables]
    if labels == "numbers":
        class_names: tuple[str, ...] = ()
        y = [_numbers(each, target)[:, np.newaxis].astype(np.float32) for each in tables]
    else:
        texts = [text for each in tables for text in _column(each, target)]
        numeric = all(_number(text) is not None for text in texts)
        keys = [_class_keys(each, target, numeric=numeric) for each in tables]
        known = sorted(set(keys[0]))
        class_names = tuple(str(key) for key in known)
        y = [_classes(each, target, own, known) for each, own in zip(tables, keys, strict=True)]
    splits = [Split(*each) for each in zip(x, y, strict=True)]
    test = splits[1] if len(splits) > 1 else None
    return Raw(splits[0], None, test, class_names, source=str(path))


def _read(path: Path) -> _Table:
    if path.is_dir():
        raise DataError(f'{path} is a folder; data.source "csv" needs a .csv file')
    if not path.exists():
        raise DataError(f"{path}: there is no such file; data must name a .csv file")
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True, skipinitialspace=True)
            try:
                for row in reader:
                    if row:  # Blank lines are skipped.
                        rows.append([cell.strip() for cell in row])
                        lines.append(reader.line_num)
            except csv.Error as error:
                raise DataError(f"{path}:{reader.line_num}: {error}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text: {error.reason}") from error
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from error
    if len(rows) < 2:
        raise DataError(f"{path} needs a first line with the column names, and rows below it")
    header = rows[0]
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(header):
            raise DataError(
                f"{path}:{line}: this line has {len(row)} values, but there are {len(header)} "
                "columns"
            )
    repeated = next((name for name in header if header.count(name) > 1), None)
    if repeated is not None:
        raise DataError(f'{path}:{lines[0]}: two columns are called "{repeated}"')
    return _Table(
        path, tuple(lines[1:]), dict(zip(header, zip(*rows[1:], strict=True), strict=True))
    )


def _features(table: _Table, target: str, columns: Sequence[str] | None) -> list[str]:
    """The names of the columns that make up the samples."""
    _column(table, target)
    names = list(columns) if columns is not None else [n for n in table.columns if n != target]
    if target in names:
        raise DataError(f'data.columns has "{target}", which is the target; leave it out')
    if not names:
        raise DataError(f'{table.path} has no column but the target "{target}"')
    if "" in names:
        raise DataError(
            f"{table.path}: a column has no name (often one of line numbers); name it, "
            "or choose columns with data.columns"
        )
    return names


def _column(table: _Table, name: str) -> tuple[str, ...]:
    if name not in table.columns:
        found = ", ".join(table.columns)
        hint = "; values must be separated by commas" if len(table.columns) == 1 else ""
        raise DataError(f'{table.path} has no column "{name}"; it has {found}{hint}')
    return table.columns[name]


def _samples(table: _Table, names: Sequence[str]) -> np.ndarray:
    return np.stack([_numbers(table, name) for name in names], axis=1).astype(np.float32)


def _numbers(table: _Table, name: str) -> np.ndarray:
    """The column as numbers, float64 (n,)."""
    hint = "leave the column out with data.columns, or write numbers for it"
    values = np.empty(len(table.lines))
    for row, (text, line) in enumerate(zip(_column(table, name), table.lines, strict=True)):
        _require(text, name, table.path, line)
        number = _number(text)
        if number is None:
            raise DataError(
                f'{table.path}:{line}: "{name}" is "{text}", which is not a number; {hint}'
            )
        # Anything beyond the range of float32 would become infinite.
        if not abs(number) <= float(np.finfo(np.float32).max):
            raise DataError(f'{table.path}:{line}: "{name}" is {text}, which is too large')
        values[row] = number
    return values


def _class_keys(table: _Table, target: str, *, numeric: bool) -> list[Any]:
    """The class of each row: texts, or whole numbers if all of them are numbers."""
    keys: list[Any] = []
    for text, line in zip(_column(table, target), table.lines, strict=True):
        _require(text, target, table.path, line)
        number = _number(text) if numeric else None
        if number is not None and not number.is_integer():
            raise DataError(
                f'{table.path}:{line}: "{target}" is {text}; classes are texts or whole numbers; '
                'to predict numbers, say "labels": "numbers" in data'
            )
        keys.append(text if number is None else int(number))
    return keys


def _classes(table: _Table, target: str, keys: Sequence[Any], known: Sequence[Any]) -> np.ndarray:
    """Class numbers, int32 (n,)."""
    places = {key: place for place, key in enumerate(known)}
    for key, line, text in zip(keys, table.lines, _column(table, target), strict=True):
        if key not in places:
            raise DataError(
                f'{table.path}:{line}: "{target}" is "{text}", a class that no training sample has'
            )
    return np.array([places[key] for key in keys], dtype=np.int32)


def _require(text: str, name: str, path: Path, line: int) -> None:
    if text.lower() in _MISSING:
        shown = f' ("{text}")' if text else ""
        raise DataError(f'{path}:{line}: "{name}" is missing{shown}; every row must have a value')


def _number(text: str) -> float | None:
    """The number that `text` is, without NaN; None for any other text."""
    try:
        number = float(text)
    except ValueError:
        return None
    if "_" in text:  # Python reads 1_0 as 10.
        return None
    return None if math.isnan(number) else number
