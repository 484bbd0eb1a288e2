"""Atoms: the smallest differences between two specs."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["ABSENT", "LAYERS", "Atom", "State"]


class _Absent:
    def __repr__(self) -> str:
        return "nothing"


ABSENT: Any = _Absent()
"""In place of a value that one of the two specs does not have."""

Kind = Literal["added", "removed", "argument", "name", "inputs", "outputs", "value"]

LAYERS, AUGMENTATION = "layers", "augmentation"


@dataclass(frozen=True)
class Atom:
    """One difference, which can be applied or not, independently of others.

    `where` are the slots that lead to a layer, one for each level of nesting, and `part` the list
    that they are in. `key` is the argument of a layer, or the path of a value. Atoms with equal
    kind, part, where and key are equal. `before` and `after` are canonical values.
    """

    kind: Kind
    part: str
    where: tuple[int, ...]
    key: str = ""
    before: Any = field(default=ABSENT, compare=False)
    after: Any = field(default=ABSENT, compare=False)


State = Set[Atom]
"""The atoms that are applied: none of them gives the first spec, all of them the second."""
