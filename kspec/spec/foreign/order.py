"""The order in which a graph of calls is written down."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

__all__ = ["ordered", "reachable"]

Key = TypeVar("Key", bound=tuple[int, int])


def reachable(ends: Iterable[Key], sources: Mapping[Key, Collection[Key]]) -> set[Key]:
    """What the ends need, directly or not, themselves included; `sources` is by what takes."""
    found: set[Key] = set()
    waiting = list(ends)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += sources[key]
    return found


def ordered(sources: Mapping[Key, Collection[Key]]) -> list[Key]:
    """The keys, each after its sources; those in a circle, and all behind them, are left out.

    A key that takes what was just written comes next, so that chains stay together; otherwise the
    smallest key that can.
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
