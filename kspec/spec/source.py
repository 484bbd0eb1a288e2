"""Reads spec files into nodes; reports faults of the file and of its text."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import NoReturn

from kspec.errors import Place, Problem, SpecError
from kspec.spec.node import Node
from kspec.spec.parser import Parser

__all__ = ["parse", "read", "read_text"]

MAX_BYTES = 10_000_000

_BOMS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def read(path: Path, *, shown: str | None = None, asked_at: Place | None = None) -> Node:
    """Read a spec file.

    `shown` is the name to use in messages; `asked_at` is the place that named the file, if a spec
    did. Raises SpecError for a file that is missing, a folder, not UTF-8 or not JSON.
    """
    name = shown or str(path)
    return parse(read_text(path, name, asked_at or Place(name)), name)


def read_text(path: Path, name: str, where: Place) -> str:
    """The text of the spec file called `name`; `where` is the place to blame if it is unreadable.

    Raises SpecError for a file that is missing, a folder, or not UTF-8.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        _fail(where, "no-file", f"there is no file {name}")
    except IsADirectoryError:
        _fail(where, "not-a-file", f"{name} is a folder; name a spec file in it")
    except OSError as error:
        _fail(where, "unreadable", f"cannot read {name}: {error.strerror}")
    except ValueError:
        _fail(where, "no-file", "a file name cannot hold a null character")
    if len(data) > MAX_BYTES:
        message = f"{name} has more than {MAX_BYTES:,} bytes; a spec has a few thousand"
        _fail(where, "too-large", message)
    return _decode(data, name)


def parse(text: str, file: str) -> Node:
    """Parse JSON text into nodes. Raises SpecError at the first thing that is not JSON."""
    parser = Parser(text, file)
    try:
        return parser.document()
    except SpecError:
        # A missing bracket is noticed only where the text stops making sense, often much later.
        from kspec.spec.brackets import find_fault

        fault = find_fault(text)
        if fault is None:
            raise
        place = parser.place(fault.index)
    raise SpecError([Problem(place, fault.message, "bracket")])


def _decode(data: bytes, file: str) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            _fail(Place(file, 1, 1), "encoding", f"the file is {encoding}; save it as UTF-8")
    if b"\0" in data[:4]:
        _fail(Place(file, 1, 1), "encoding", "the file looks like UTF-16; save it as UTF-8")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        message = f"the byte {data[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        _fail(Place(file, line, column), "encoding", message)


def _fail(place: Place, code: str, message: str) -> NoReturn:
    raise SpecError([Problem(place, message, code)])
