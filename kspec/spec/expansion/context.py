"""What an item of a list of layers sees while it is unfolded."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.spec.expansion.substitute import Scope
from kspec.spec.expansion.wiring import Entry, LayerList

__all__ = ["Context"]


@dataclass(frozen=True)
class Context:
    """Where an item is: its variables, its list, the flat list that it goes to, the blocks being
    unfolded around it and the labels of their uses, None outside blocks and repeats."""

    scope: Scope
    here: LayerList
    flat: list[Entry]
    blocks: tuple[str, ...] = ()
    labels: tuple[str, ...] | None = None
