"""The smallest things in which one spec can differ from another."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["ABSENT", "LAYERS", "Atom", "State"]


class _Absent:
    def __repr__(self) -> str:
        return "nothing"


ABSENT: Any = _Absent()
"""In the place of a value that one of the two does not have."""

Kind = Literal["added", "removed", "argument", "name", "inputs", "outputs", "value"]

LAYERS, AUGMENTATION = "layers", "augmentation"


@dataclass(frozen=True)
class Atom:
    """One difference, which is there or not, whatever else is.

    `where` are the slots that lead to a layer, one for each network within another, and `part` the
    list that they are in. `key` is the argument of a layer, or the path of a value. Two atoms with
    these the same are the same. `before` and `after` are canonical values.
    """

    kind: Kind
    part: str
    where: tuple[int, ...]
    key: str = ""
    before: Any = field(default=ABSENT, compare=False)
    after: Any = field(default=ABSENT, compare=False)


State = Set[Atom]
"""The atoms that are applied: none of them gives the one spec, all of them the other."""
