"""The word that was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["is_slip", "nearest"]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` was most likely meant to be; None if none is near.

    First those that one slip leads to, a letter too few, too many, another one, or two exchanged
    (Damerau, CACM 7(3), 1964: four of five misspelt words), then the nearest by `difflib`, which
    alone sees nothing in two letters.
    """
    words = list(known)
    slips = [each for each in words if len(each) > 1 and _one_slip(word.lower(), each.lower())]
    close = difflib.get_close_matches(word, slips or words, n=1, cutoff=0.0 if slips else 0.6)
    return close[0] if close else None


def is_slip(word: str, meant: str) -> bool:
    """Whether `word` is so near to `meant` that it can hardly be a word of its own."""
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
