"""The order in which a graph of calls is written as a list."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

__all__ = ["ordered", "reachable"]

Key = TypeVar("Key", bound=tuple[int, int])


def reachable(ends: Iterable[Key], sources: Mapping[Key, Collection[Key]]) -> set[Key]:
    """The ends and all that they depend on; `sources` maps each key to what it takes."""
    found: set[Key] = set()
    waiting = list(ends)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += sources[key]
    return found


def ordered(sources: Mapping[Key, Collection[Key]]) -> list[Key]:
    """The keys in topological order; those in a cycle, or that depend on one, are left out.

    A key that takes the key just written comes next, so that chains stay together; otherwise the
    smallest key whose sources are written.
    """
    takers: dict[Key, list[Key]] = {key: [] for key in sources}
    missing = {key: len(set(needed)) for key, needed in sources.items()}
    for key, needed in sources.items():
        for source in set(needed):
            takers[source].append(key)
    ready = [key for key, count in missing.items() if not count]
    heapq.heapify(ready)
    done: list[Key] = []
    written: set[Key] = set()
    chained: Key | None = None
    while ready or chained is not None:
        key = heapq.heappop(ready) if chained is None else chained
        chained = None
        if key in written:
            continue
        written.add(key)
        done.append(key)
        freed = []
        for taker in takers[key]:
            missing[taker] -= 1
            if not missing[taker]:
                freed.append(taker)
                heapq.heappush(ready, taker)
        chained = min(freed, default=None)
    return done
