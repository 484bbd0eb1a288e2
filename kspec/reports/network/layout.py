"""The positions of the boxes of a drawing, and the routes of the lines between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Layout", "lay_out"]


@dataclass(frozen=True)
class Layout:
    """A grid: for each box its row and its lane, and for each line (from, to) the lane in which it
    passes the rows between them. `boxed` are the lanes that hold a box, the others hold only
    lines; lane 0 is the first.
    """

    rows: tuple[int, ...]
    lanes: tuple[int, ...]
    passes: dict[tuple[int, int], int]
    boxed: frozenset[int]
    count: int


def lay_out(takes: Sequence[Sequence[int]]) -> Layout:
    """Lay out boxes that take their inputs from earlier ones, `takes[box]`.

    A box is one row below the lowest box that it takes from, and under the first of them if there
    is room; branches are side by side. A line that passes other rows has a lane of its own there.
    """
    rows: list[int] = []
    lanes: list[int] = []
    taken: set[tuple[int, int]] = set()
    passes: dict[tuple[int, int], int] = {}
    for box, sources in enumerate(takes):
        row = 1 + max((rows[source] for source in sources), default=-1)
        wanted = lanes[sources[0]] if sources else 0
        lane = _free(taken, range(row, row + 1), wanted)
        rows.append(row)
        lanes.append(lane)
        taken.add((lane, row))
        for source in sources:
            between = range(rows[source] + 1, row)
            if between:
                passing = _free(taken, between, lane)
                passes[source, box] = passing
                taken |= {(passing, each) for each in between}
    boxed = frozenset(lanes)
    count = 1 + max([*lanes, *passes.values()], default=0)
    return Layout(tuple(rows), tuple(lanes), passes, boxed, count)


def _free(taken: set[tuple[int, int]], rows: range, wanted: int) -> int:
    """The lane nearest to `wanted` that is free in all of `rows`; right of it if two are equal."""
    distance = 0
    while True:
        for lane in dict.fromkeys((wanted + distance, wanted - distance)):
            if lane >= 0 and not any((lane, row) in taken for row in rows):
                return lane
        distance += 1
