"""A history, with one row per epoch, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence

from kspec.errors import RunError
from kspec.runs.numbers import from_json, to_json

__all__ = ["NOT_MEASURED", "columns", "from_rows", "to_csv", "to_text"]

FIRST = ("epoch", "phase")
LAST = ("learning_rate", "seconds", "segment")

NOT_MEASURED = (*FIRST, *LAST)
"""The columns that are neither loss nor metric: the others are measured on the data."""


def columns(rows: Sequence[Mapping[str, float]]) -> list[str]:
    """Every name in `rows`: epoch, phase, then in order of appearance, unmeasured values last."""
    names = dict.fromkeys(name for row in rows for name in row)
    middle = [name for name in names if name not in FIRST + LAST]
    return [*(n for n in FIRST if n in names), *middle, *(n for n in LAST if n in names)]


def to_csv(rows: Sequence[Mapping[str, float]]) -> str:
    """A header and a line for each row, with all digits of every number.

    A value that an epoch lacks is an empty cell; NaN and infinities are nan, inf and -inf.
    """
    text = io.StringIO()
    names = columns(rows)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[row.get(name, "") for name in names] for row in rows])
    return text.getvalue()


def to_text(rows: Sequence[Mapping[str, float]]) -> str:
    """A JSON list with an object for each row, one per line."""
    names = columns(rows)
    lines = [
        json.dumps(to_json({n: row[n] for n in names if n in row}), allow_nan=False) for row in rows
    ]
    return "[\n" + ",\n".join(f"  {line}" for line in lines) + "\n]\n"


def from_rows(values: object, place: str) -> list[dict[str, float]]:
    """The rows from the parsed JSON. Raises RunError, naming `place`, for anything else."""
    if not isinstance(values, list):
        raise RunError(f"{place} is damaged: it holds no list of epochs")
    rows = []
    for value in values:
        row = {name: from_json(cell) for name, cell in _object(value, place).items()}
        if not all(isinstance(cell, (int, float)) for cell in row.values()):
            raise RunError(f"{place} is damaged: a value in it is not a number")
        rows.append(row)
    return rows


def _object(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise RunError(f"{place} is damaged: an epoch in it is not an object")
    return value
