"""Suggestions for misspelt words."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["is_slip", "nearest"]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` was most likely meant to be; None if none is near.

    First words at one slip from it: a letter missing, added or replaced, or two transposed
    (Damerau, CACM 7(3), 1964: four of five misspelt words); then the nearest by `difflib`, which
    alone fails for words of two letters.
    """
    words = list(known)
    slips = [each for each in words if len(each) > 1 and _one_slip(word.lower(), each.lower())]
    close = difflib.get_close_matches(word, slips or words, n=1, cutoff=0.0 if slips else 0.6)
    return close[0] if close else None


def is_slip(word: str, meant: str) -> bool:
    """Whether `word` is so close to `meant` that it is hardly a different word."""
    return word.lower() == meant.lower() or _one_slip(word.lower(), meant.lower())


def _one_slip(word: str, meant: str) -> bool:
    if abs(len(word) - len(meant)) > 1 or len(word) < 2:
        return False
    start = 0
    while start < min(len(word), len(meant)) and word[start] == meant[start]:
        start += 1
    rest, right = word[start:], meant[start:]
    if len(rest) != len(right):
        return rest[1:] == right or rest == right[1:]
    return rest[1:] == right[1:] or (rest[2:] == right[2:] and rest[:2] == right[1::-1])
