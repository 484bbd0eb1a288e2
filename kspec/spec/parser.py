"""A JSON parser that records the place of each value and says precisely what is not JSON."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from typing import NoReturn

from kspec.errors import Place, Problem, SpecError
from kspec.spec.node import Node

__all__ = ["MAX_DEPTH", "Parser"]

MAX_DEPTH = 100

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD = re.compile(r"'[^'\n]*'?|[^\s,:\[\]{}\"']+|[^\s]")
_CONSTANTS = {"true": True, "false": False, "null": None}
_WRONG_CONSTANTS = {
    "nan": "JSON has no NaN",
    "infinity": "JSON has no Infinity",
    "inf": "JSON has no Infinity",
    "none": "JSON writes null",
    "undefined": "JSON writes null",
    **{name: f"JSON writes {name}" for name in _CONSTANTS},
}


class Parser:
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

    def place(self, index: int, end: int | None = None) -> Place:
        """The place of `text[index:end]` on one line; without `end`, that of one character."""
        line = bisect_right(self.line_starts, index)
        width = 1 if end is None else max(1, end - index)
        return Place(self.file, line, index - self.line_starts[line - 1] + 1, width=width)

    def fail(
        self, index: int, message: str, code: str = "not-json", *, end: int | None = None
    ) -> NoReturn:
        raise SpecError([Problem(self.place(index, end), message, code)])

    def skip(self, index: int) -> int:
        """The next offset that is not white space."""
        match = _SPACE.match(self.text, index)
        assert match is not None
        start = match.end()
        if self.text.startswith(("//", "/*", "#"), start):
            end = self.line_end(start)
            self.fail(start, 'JSON has no comments; use "description"', "comment", end=end)
        return start

    def value(self, index: int, depth: int) -> tuple[Node, int]:
        if depth > MAX_DEPTH:
            self.fail(index, f"more than {MAX_DEPTH} levels of nesting", "too-large")
        first = self.text[index : index + 1]
        if first == "{":
            return self.object(index, depth)
        if first == "[":
            return self.array(index, depth)
        if first == '"':
            text, end = self.string(index)
            return Node(text, self.place(index, end)), end
        if index == len(self.text):
            message = "the file ends where a value is missing; is a bracket not closed?"
            self.fail(self.after_text(index), message)
        word = self.word(index)
        if _NUMBER.fullmatch(word.group()):
            return Node(self.number(word.group(), index), self.place(index, word.end())), word.end()
        if word.group() not in _CONSTANTS:
            self.not_a_value(word.group(), index)
        return Node(_CONSTANTS[word.group()], self.place(index, word.end())), word.end()

    def word(self, index: int) -> re.Match[str]:
        """The text at `index`, up to the next white space or punctuation of JSON."""
        word = _WORD.match(self.text, index)
        if word is None:
            number = f"U+{ord(self.text[index]):04X}"
            self.fail(index, f"JSON does not allow this white space, {number}; use a space")
        return word

    def not_a_value(self, word: str, index: int) -> NoReturn:
        end = index + len(word)
        if word in ("]", "}", ",", ":"):
            # If only white space precedes it on its line, the value is missing on an earlier line.
            index = self.gap(index)
            self.fail(index, f'a value is missing before "{word}"')
        if word.startswith("'"):
            self.fail(index, "JSON strings need double quotes", "quotes", end=end)
        meant = _WRONG_CONSTANTS.get(word.lstrip("+-").lower())
        if meant:
            self.fail(index, f"{word} is not JSON; {meant}", "constant", end=end)
        if word[0] in "+-.0123456789":
            self.fail(index, f"{word} is not a number as JSON writes it", "number", end=end)
        message = f'"{word}" is not a JSON value; text needs double quotes'
        self.fail(index, message, "quotes", end=end)

    def number(self, word: str, index: int) -> int | float:
        end = index + len(word)
        if word.lstrip("-").isdigit():
            if len(word) > 400:
                self.fail(index, "a number of more than 400 digits", "number", end=end)
            return int(word)
        number = float(word)
        if math.isinf(number):
            self.fail(index, f"{word} is too large for a number", "number", end=end)
        return number

    def string(self, index: int) -> tuple[str, int]:
        try:
            text, end = scanstring(self.text, index + 1, True)
        except JSONDecodeError as error:
            self.broken_string(index, error)
        if any("\ud800" <= character <= "\udfff" for character in text):
            self.fail(
                index,
                "this text holds half of a surrogate pair, which cannot be written to a file",
                end=end,
            )
        return text, end

    def broken_string(self, index: int, error: JSONDecodeError) -> NoReturn:
        found = self.text[error.pos : error.pos + 1]
        if error.msg.startswith("Unterminated string"):
            message = "this text has no closing double quote"
            self.fail(index, message, "quotes", end=self.line_end(index))
        if found in ("\n", "\r"):
            message = "text cannot continue on the next line; is a closing double quote missing?"
            self.fail(index, message, "quotes", end=self.line_end(index))
        if error.msg.startswith("Invalid control character"):
            self.fail(
                error.pos,
                f"a text cannot hold a control character as it is; write \\u{ord(found):04x}",
                "escape",
            )
        self.fail(
            error.pos,
            'a backslash must be followed by one of " \\ / b f n r t, '
            "or by u and four hexadecimal digits",
            "escape",
        )

    def object(self, index: int, depth: int) -> tuple[Node, int]:
        members: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        place, opened = self.place(index), index
        index = self.skip(index + 1)
        while not self.text.startswith("}", index):
            if not self.text.startswith('"', index):
                self.not_a_key(index, opened)
            key_index = index
            key, index = self.string(index)
            if key in members:
                self.fail(
                    key_index,
                    f'"{key}" appears twice; first on line {keys[key].line}',
                    "duplicate-key",
                    end=index,
                )
            keys[key] = self.place(key_index, index)
            colon = self.skip(index)
            if not self.text.startswith(":", colon):
                self.fail(index, f'a colon must follow the key "{key}"')
            members[key], index = self.value(self.skip(colon + 1), depth + 1)
            index = self.comma(index, "}", opened)
        return Node(members, place, keys), index + 1

    def array(self, index: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        place, opened = self.place(index), index
        index = self.skip(index + 1)
        while not self.text.startswith("]", index):
            item, index = self.value(index, depth + 1)
            items.append(item)
            index = self.comma(index, "]", opened)
        return Node(items, place), index + 1

    def comma(self, end: int, closing: str, opened: int) -> int:
        """Skip the comma after a part that ends at `end`; refuse one before the closing bracket."""
        index = self.skip(end)
        if self.text.startswith(closing, index):
            return index
        if index == len(self.text):
            self.never_closed(opened)
        if not self.text.startswith(",", index):
            other = {"}": "]", "]": "}"}[closing]
            if self.text.startswith(other, index):
                self.fail(
                    index,
                    f'"{other}" closes what "{self.text[opened]}" opened on '
                    f'{self.line_of(opened)}; "{closing}" is missing',
                    "bracket",
                )
            if self.text.startswith(":", index):
                self.fail(
                    index,
                    f'a colon in the list of {self.line_of(opened)}; only objects, "{{ … }}", have '
                    "keys"
                    if closing == "]"
                    else "a colon where a comma should be",
                )
            # Point at the end of the previous part, whatever line the next one is on.
            self.fail(end, "a comma is missing here", "missing-comma")
        following = self.skip(index + 1)
        if self.text.startswith(("}", "]"), following):
            self.fail(
                index,
                f'the comma before "{self.text[following]}" is one too many',
                "trailing-comma",
            )
        return following

    def not_a_key(self, index: int, opened: int) -> NoReturn:
        if index == len(self.text):
            self.never_closed(opened)
        word = self.word(index)
        if word.group()[0] == "'" or word.group()[0].isidentifier():
            self.fail(index, "JSON keys need double quotes", "quotes", end=word.end())
        self.fail(index, 'a key in double quotes is missing: "key": value', end=word.end())

    def never_closed(self, opened: int) -> NoReturn:
        message = f'the "{self.text[opened]}" of {self.line_of(opened)} is never closed'
        self.fail(self.after_text(len(self.text)), message, "bracket")

    def gap(self, index: int) -> int:
        """The end of the text before `index` if that is on an earlier line; otherwise `index`."""
        before = self.after_text(index)
        return before if "\n" in self.text[before:index] else index

    def after_text(self, index: int) -> int:
        """The offset after the last thing before `index` that is not white space."""
        return len(self.text[:index].rstrip(" \t\n\r"))

    def line_end(self, index: int) -> int:
        """The offset at which the line of `index` ends."""
        end = self.text.find("\n", index)
        return len(self.text[: len(self.text) if end < 0 else end].rstrip())

    def line_of(self, index: int) -> str:
        return f"line {self.place(index).line}"
