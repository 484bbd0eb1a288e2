"""JSON text to nodes. The standard library's decoder knows no places, so this one does."""

from __future__ import annotations

import codecs
import math
import re
from bisect import bisect_right
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import NoReturn

from kspec.errors import Place, Problem, SpecError
from kspec.spec.node import Node

__all__ = ["parse", "read"]

MAX_DEPTH = 100
MAX_BYTES = 10_000_000

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[^\s]")
_CONSTANTS = {"true": True, "false": False, "null": None}
_WRONG_CONSTANTS = {
    "True": "JSON writes true",
    "False": "JSON writes false",
    "None": "JSON writes null",
    "NaN": "JSON has no NaN",
    "Infinity": "JSON has no Infinity",
}
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
    where = asked_at or Place(name)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        _fail(where, "no-file", f"there is no file {name}")
    except IsADirectoryError:
        _fail(where, "not-a-file", f"{name} is a folder; name a spec file in it")
    except OSError as error:
        _fail(where, "unreadable", f"cannot read {name}: {error.strerror}")
    if len(data) > MAX_BYTES:
        _fail(where, "too-large", f"{name} has {len(data):,} bytes; a spec has a few thousand")
    return parse(_decode(data, name), name)


def parse(text: str, file: str) -> Node:
    """Parse JSON text into nodes. Raises SpecError at the first thing that is not JSON."""
    return _Parser(text, file).document()


def _decode(data: bytes, file: str) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            _fail(Place(file, 1, 1), "encoding", f"the file is {encoding}; save it as UTF-8")
    if b"\0" in data[:4]:
        _fail(Place(file, 1, 1), "encoding", "the file looks like UTF-16; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        _fail(
            Place(file, line, column), "encoding", "this byte is not UTF-8; save the file as UTF-8"
        )


def _fail(place: Place, code: str, message: str) -> NoReturn:
    raise SpecError([Problem(place, message, code)])


class _Parser:
    """A recursive-descent reader; `index` arguments are offsets into the text."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.line_starts = [0] + [match.end() for match in re.finditer("\n", text)]

    def document(self) -> Node:
        start = self.skip(0)
        if start == len(self.text):
            self.fail(start, "the file is empty; a spec is a JSON object: { … }")
        node, end = self.value(start, 0)
        end = self.skip(end)
        if end != len(self.text):
            self.fail(
                end, "the spec has ended, but more text follows; is there a bracket too many?"
            )
        if not isinstance(node.value, dict):
            self.fail(start, "a spec is a JSON object: { … }")
        return node

    def place(self, index: int) -> Place:
        line = bisect_right(self.line_starts, index)
        return Place(self.file, line, index - self.line_starts[line - 1] + 1)

    def fail(self, index: int, message: str, code: str = "not-json") -> NoReturn:
        _fail(self.place(index), code, message)

    def skip(self, index: int) -> int:
        """The next offset that is not white space."""
        match = _SPACE.match(self.text, index)
        assert match is not None
        end = match.end()
        if self.text.startswith(("//", "/*", "#"), end):
            self.fail(end, 'JSON has no comments; use "description"')
        return end

    def value(self, index: int, depth: int) -> tuple[Node, int]:
        if depth > MAX_DEPTH:
            self.fail(index, f"more than {MAX_DEPTH} levels of nesting")
        first = self.text[index : index + 1]
        if first == "{":
            return self.object(index, depth)
        if first == "[":
            return self.array(index, depth)
        if first == '"':
            text, end = self.string(index)
            return Node(text, self.place(index)), end
        number = _NUMBER.match(self.text, index)
        if number:
            return Node(self.number(number, index), self.place(index)), number.end()
        word = _WORD.match(self.text, index)
        if word is None:
            self.fail(index, "the file ends where a value is missing; is a bracket not closed?")
        if word.group() not in _CONSTANTS:
            self.fail(index, self.explain(word.group()))
        return Node(_CONSTANTS[word.group()], self.place(index)), word.end()

    def explain(self, word: str) -> str:
        if word in _WRONG_CONSTANTS:
            return f"{word} is not JSON; {_WRONG_CONSTANTS[word]}"
        if word == "'":
            return "JSON strings stand in double quotes"
        if word in "]},":
            return f'a value is missing before "{word}"'
        return f'"{word}" is not a JSON value; text stands in double quotes'

    def number(self, match: re.Match[str], index: int) -> int | float:
        if match.group(1) is None and match.group(2) is None:
            if len(match.group()) > 400:
                self.fail(index, "a number of more than 400 digits")
            return int(match.group())
        number = float(match.group())
        if math.isinf(number):
            self.fail(index, f"{match.group()} is too large for a number")
        return number

    def string(self, index: int) -> tuple[str, int]:
        try:
            text, end = scanstring(self.text, index + 1, True)
        except JSONDecodeError as error:
            message = {
                "Unterminated string starting at": "this text has no closing double quote",
                "Invalid control character at": "a text cannot run over the end of its line; "
                "is a closing double quote missing?",
            }.get(error.msg, error.msg)
            self.fail(error.pos, message)
        if any("\ud800" <= character <= "\udfff" for character in text):
            self.fail(
                index, "this text holds half of a surrogate pair, which no file can be written with"
            )
        return text, end

    def object(self, index: int, depth: int) -> tuple[Node, int]:
        members: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        place, opened = self.place(index), index
        index = self.skip(index + 1)
        while not self.text.startswith("}", index):
            if not self.text.startswith('"', index):
                self.fail(index, self.explain_key(index, opened))
            key_index = index
            key, index = self.string(index)
            if key in members:
                first = keys[key]
                self.fail(
                    key_index,
                    f'"{key}" stands here twice; first on line {first.line}',
                    "duplicate-key",
                )
            keys[key] = self.place(key_index)
            index = self.skip(index)
            if not self.text.startswith(":", index):
                self.fail(index, f'a colon must follow the key "{key}"')
            members[key], index = self.value(self.skip(index + 1), depth + 1)
            index = self.comma(self.skip(index), "}", opened)
        return Node(members, place, keys), index + 1

    def array(self, index: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        place, opened = self.place(index), index
        index = self.skip(index + 1)
        while not self.text.startswith("]", index):
            item, index = self.value(index, depth + 1)
            items.append(item)
            index = self.comma(self.skip(index), "]", opened)
        return Node(items, place), index + 1

    def comma(self, index: int, closing: str, opened: int) -> int:
        """Pass over a comma between two parts, and refuse one before the closing bracket."""
        if self.text.startswith(closing, index):
            return index
        if index == len(self.text):
            self.fail(index, f'the "{self.text[opened]}" of {self.line_of(opened)} is never closed')
        if not self.text.startswith(",", index):
            other = {"}": "]", "]": "}"}[closing]
            if self.text.startswith(other, index):
                self.fail(
                    index,
                    f'"{other}" closes what "{self.text[opened]}" opened on '
                    f'{self.line_of(opened)}; "{closing}" is missing',
                )
            self.fail(index, "a comma is missing before this")
        following = self.skip(index + 1)
        if self.text.startswith(("}", "]"), following):
            self.fail(index, f'the comma before "{self.text[following]}" is one too many')
        return following

    def explain_key(self, index: int, opened: int) -> str:
        if index == len(self.text):
            return f'the "{{" of {self.line_of(opened)} is never closed'
        if self.text.startswith("'", index):
            return "JSON keys stand in double quotes"
        return 'a key in double quotes is missing: "key": value'

    def line_of(self, index: int) -> str:
        return f"line {self.place(index).line}"
