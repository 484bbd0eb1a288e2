"""Disjoint sets that are merged step by step (union-find)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

__all__ = ["Groups"]

Item = TypeVar("Item", bound=Hashable)


class Groups(Generic[Item]):
    """A partition of `items`, in their order (union-find)."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._above: dict[Item, Item] = {item: item for item in items}

    def tie(self, items: Iterable[Item]) -> None:
        """Merge the groups that hold `items`; items in no group are ignored."""
        roots = [self._root(item) for item in items if item in self._above]
        for root in roots[1:]:
            self._above[root] = roots[0]

    def all(self) -> list[list[Item]]:
        """The groups, in the order of their first items."""
        found: dict[Item, list[Item]] = {}
        for item in self._items:
            found.setdefault(self._root(item), []).append(item)
        return list(found.values())

    def _root(self, item: Item) -> Item:
        while self._above[item] != item:
            self._above[item] = self._above[self._above[item]]
            item = self._above[item]
        return item
