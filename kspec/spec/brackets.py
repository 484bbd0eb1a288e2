"""Finds the bracket that is missing or surplus in a text, by JSON's grammar and the layout.

A JSON parser notices a missing bracket where the text stops making sense, often dozens of lines
below. So every change of one bracket that could make the text valid JSON is tried, and of those
that do, the one that fits the indentation best is taken.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["BracketFault", "find_fault"]

# The cost is quadratic in the length; texts with more characters than this are not tried.
MAX_LENGTH = 200_000
MAX_WORK = 50_000_000

CLOSING = {"{": "}", "[": "]"}
OPENING = {"}": "{", "]": "["}

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+|"')


@dataclass(frozen=True)
class BracketFault:
    """A bracket to correct at the offset `index` of the text, and a message that says so."""

    index: int
    message: str


@dataclass(frozen=True)
class _Repair:
    """`text[index:end]` replaced by `bracket`; an insertion has index == end."""

    index: int
    end: int
    bracket: str

    def of(self, text: str) -> str:
        return text[: self.index] + self.bracket + text[self.end :]


def find_fault(text: str) -> BracketFault | None:
    """The bracket that keeps `text` from being JSON; None if the fault is not just one bracket."""
    if len(text) > MAX_LENGTH:
        return None
    tokens = [(match.start(), match.group()) for match in _TOKEN.finditer(text)]
    count = {bracket: sum(token == bracket for _, token in tokens) for bracket in "{}[]"}
    surplus = (count["{"] - count["}"], count["["] - count["]"])
    candidates = list(_candidates(text, tokens, surplus))
    if len(candidates) * len(text) > MAX_WORK:
        return None
    repairs = [repair for repair in candidates if _is_json(repair.of(text))]
    if not repairs:
        return None
    # `min` takes the first of equals: a missing bracket is preferred to a surplus one.
    best = min(repairs, key=lambda repair: _misplaced(repair.of(text)))
    return _fault(text, best)


def _candidates(
    text: str, tokens: list[tuple[int, str]], surplus: tuple[int, int]
) -> Iterator[_Repair]:
    """The repairs for `surplus`: how many more `{` than `}` and `[` than `]` there are."""
    match surplus:
        case (1, 0):
            yield from _closings(text, tokens, "}")
            yield from _removals(tokens, "{")
        case (0, 1):
            yield from _closings(text, tokens, "]")
            yield from _removals(tokens, "[")
        case (-1, 0):
            yield from _openings(text, tokens, "{")
            yield from _removals(tokens, "}")
        case (0, -1):
            yield from _openings(text, tokens, "[")
            yield from _removals(tokens, "]")
        case (1, -1):
            yield from _exchanges(tokens, "]", "}")
            yield from _exchanges(tokens, "{", "[")
        case (-1, 1):
            yield from _exchanges(tokens, "}", "]")
            yield from _exchanges(tokens, "[", "{")


def _closings(text: str, tokens: list[tuple[int, str]], bracket: str) -> Iterator[_Repair]:
    for (start, token), (following, next_token) in pairwise([*tokens, (len(text), "")]):
        if token not in (",", ":") and next_token in (",", "]", "}", ""):
            for index in _spots(text, start + len(token), following):
                yield _Repair(index, index, bracket)


def _openings(text: str, tokens: list[tuple[int, str]], bracket: str) -> Iterator[_Repair]:
    for (start, token), (following, next_token) in pairwise([(0, ""), *tokens]):
        if token in ("", ",", ":", "[", "{") and next_token not in (",", ":"):
            end = start + len(token)
            # After a key the bracket belongs on the key's line, elsewhere just before its content.
            spots = [end] if token == ":" else [*_spots(text, end, following)][::-1]
            for index in spots:
                yield _Repair(index, index, bracket)


def _spots(text: str, start: int, end: int) -> Iterator[int]:
    """The offsets for a bracket between two tokens: next to either, or on a line in between."""
    yield start
    line_end = text.find("\n", start, end)
    while line_end >= 0:
        next_end = text.find("\n", line_end + 1, end)
        yield end if next_end < 0 else next_end
        line_end = next_end


def _removals(tokens: list[tuple[int, str]], bracket: str) -> Iterator[_Repair]:
    # Of several adjacent brackets the last is the surplus one.
    return (_Repair(start, start + 1, "") for start, token in tokens[::-1] if token == bracket)


def _exchanges(tokens: list[tuple[int, str]], old: str, new: str) -> Iterator[_Repair]:
    return (_Repair(start, start + 1, new) for start, token in tokens if token == old)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _misplaced(text: str) -> int:
    """How many lines of a JSON text are not indented as their brackets require.

    A line that begins with a closing bracket is indented like the line with its opening bracket,
    and if lines begin within brackets, the closing bracket begins a line too. Any other line is
    indented more than the line that opened the bracket around it, and like the first line inside.
    """
    count = 0
    open_lines: list[int] = []  # The indentation of the line of each bracket that is open …
    inside: list[int | None] = []  # … and of the first line within it.
    line = indent = -1
    starts = [0] + [match.end() for match in re.finditer("\n", text)]
    for match in _TOKEN.finditer(text):
        token, start = match.group(), match.start()
        number = bisect_right(starts, start)
        first = number != line
        if first:
            line, indent = number, start - starts[number - 1]
        if token in OPENING:
            opened, within = open_lines.pop(), inside.pop()
            count += indent != opened if first else within is not None
            continue
        if first and open_lines:
            if inside[-1] is None:
                inside[-1] = indent
                count += indent <= open_lines[-1]
            count += indent != inside[-1] or token in (",", ":")
        if token in CLOSING:
            open_lines.append(indent)
            inside.append(None)
    return count


def _fault(text: str, repair: _Repair) -> BracketFault:
    bracket = repair.bracket
    if repair.index < repair.end and bracket:
        wrong = text[repair.index]
        return BracketFault(repair.index, f'this "{wrong}" should be "{bracket}"')
    if not bracket:
        wrong = text[repair.index]
        return BracketFault(repair.index, f'this "{wrong}" is one too many')
    partner = _partner(repair.of(text), repair.index)
    where = f"line {text.count(chr(10), 0, min(partner, len(text))) + 1}"
    if bracket in OPENING:
        opening = OPENING[bracket]
        message = f'"{bracket}" is missing here: the "{opening}" of {where} is never closed'
    else:
        closing = CLOSING[bracket]
        message = f'"{bracket}" is missing here: the "{closing}" of {where} closes nothing'
    return BracketFault(repair.index, message)


def _partner(text: str, index: int) -> int:
    """The offset of the bracket that belongs to the one at `index` of a JSON text."""
    opened: list[int] = []
    for match in _TOKEN.finditer(text):
        if match.group() in CLOSING:
            opened.append(match.start())
        elif match.group() in OPENING:
            start = opened.pop()
            if match.start() == index:
                return start
            if start == index:
                # The original text lacks the bracket at `index`.
                return match.start() - 1
    raise ValueError(f"there is no bracket at {index}")
