"""Collects the problems found while a spec unfolds, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from kspec.errors import Place, Problem
from kspec.spelling import nearest

__all__ = ["Complaints", "did_you_mean", "listed"]

# Reserved words of the language.
_RESERVED = ("block", "inputs", "name", "repeat", "type")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass
class Complaints:
    """The problems so far. A fault of a block is reported once, for the block's first use."""

    problems: list[Problem] = field(default_factory=list)
    _told: set[tuple[Place, str]] = field(default_factory=set)

    def __call__(self, place: Place, message: str, code: str) -> None:
        key = (place.used(None), message)
        if key not in self._told:
            self._told.add(key)
            self.problems.append(Problem(place, message, code))

    def good_name(self, name: str, place: Place) -> bool:
        """Whether a variable, a parameter or an index may have this name; reports it if not."""
        if name in _RESERVED:
            self(place, f'"{name}" is a reserved word; choose another name', "bad-name")
        elif not _NAME.fullmatch(name):
            self(place, f'"{name}" cannot name a variable; use letters, digits and _', "bad-name")
        else:
            return True
        return False

    def unknown_key(self, place: Place, key: str, where: str, known: Iterable[str]) -> None:
        """Report that `where` takes no such key."""
        hint = did_you_mean(key, known, f"; it takes {listed(known)}")
        self(place, f'{where} has no "{key}"{hint}', "unknown-key")


def did_you_mean(word: str, known: Iterable[str], otherwise: str, sign: str = "") -> str:
    """The end of a message about an unknown word: the nearest known one, or `otherwise`."""
    close = nearest(word, known)
    return f'. Did you mean "{sign}{close}"?' if close else otherwise


def listed(names: Iterable[str]) -> str:
    """Names in a sentence."""
    return ", ".join(f'"{name}"' for name in names) or "nothing"
