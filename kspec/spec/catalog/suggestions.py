"""The name of Keras's that was meant by a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.spelling import nearest

__all__ = ["bare", "suggest"]


def suggest(word: str, possibilities: Iterable[str]) -> str | None:
    """The possibility that was most likely meant by `word`; None if none is similar.

    Same letters are preferred ("conv2d", "leakyrelu"), then initials ("lr" for "learning_rate"),
    then the most similar.
    """
    known = list(possibilities)
    for reading in (bare, _initials):
        for possibility in known:
            if reading(possibility) == bare(word):
                return possibility
    return nearest(word, known)


def bare(word: str) -> str:
    """`word` normalized for comparison: "LeakyReLU" and "leaky_relu" become the same."""
    return word.replace("_", "").lower()


def _initials(word: str) -> str:
    return "".join(part[:1] for part in word.lower().split("_"))
