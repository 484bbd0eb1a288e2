"""Runs of equal rounds, each taking the output of the one before, become a `repeat`."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kspec.spec.fold.candidate import LATE, begins_late, print_cost
from kspec.spec.fold.items import Item, Network, Tensor, width
from kspec.spec.fold.replace import splice
from kspec.spec.fold.shape import Shapes
from kspec.spec.fold.values import copied, identity, values_of
from kspec.spec.fold.windows import Line
from kspec.spec.fold.write import write_network

__all__ = ["Run", "collapse", "flows", "make_repeat", "stretches"]


@dataclass(frozen=True)
class Run:
    """`rounds` times `length` items from `start`; `enters` is what the first round takes."""

    start: int
    length: int
    rounds: int
    enters: Tensor

    @property
    def end(self) -> int:
        return self.start + self.length * self.rounds


def collapse(network: Network, shapes: Shapes) -> None:
    """Make repeats of the runs of `network` as long as that makes it shorter."""
    while runs := _best(network, shapes):
        # From the right, so that the positions to the left stay valid.
        for run in sorted(runs, key=lambda each: -each.start):
            make_repeat(network, run)


def make_repeat(network: Network, run: Run, values: Sequence[Any] = (), index: str = "") -> Item:
    """Replace a run by a repeat, with `values` instead of those of the first round, if given."""
    items = network.items[run.start : run.start + run.length]
    kept = values or [value.value for item in items for value in values_of(item)]
    inside = copied(items, iter(kept), {run.enters: Tensor("input")})
    for item in inside:
        item.name, item.root = item.plain_name, None
    repeat = Item(
        type="repeat",
        arguments={"repeat": run.rounds},
        takes=run.enters,
        inner=Network(("input",), inside, is_repeated=True),
        index=index or None,
    )
    last = network.items[run.end - 1]
    splice(network, run.start, run.length * run.rounds, [repeat], {}, (last, repeat))
    return repeat


def _best(network: Network, shapes: Shapes) -> list[Run]:
    """The runs that save most, without overlaps."""
    kinds = [_kind(item, shapes) for item in network.items]
    found = list(stretches(kinds))
    if not found:
        return []
    line, written = Line.of(network, shapes), write_network(network)
    costs = [print_cost(each) for each in written]
    runs: list[tuple[float, Run]] = []
    for start, end, length in found:
        for offset in range(start, end - length + 1):
            run = flows(line, offset, length, (end - offset) // length + 1)
            if run is None:
                continue
            saved = float(sum(costs[run.start : run.end]) - _cost(written, run))
            if begins_late(network.items[run.start]):
                saved *= LATE
            if saved > 0:
                runs.append((saved, run))
    best: list[Run] = []
    for _, run in sorted(runs, key=lambda each: -each[0]):
        if all(run.end <= other.start or other.end <= run.start for other in best):
            best.append(run)
    return best


def _kind(item: Item, shapes: Shapes) -> int:
    texts = tuple(value.text for value in values_of(item))
    name = None if item.name is None else identity(item.plain_name)
    return shapes.number(("kind", shapes.of(item), texts, name))


def stretches(kinds: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Where items equal those `length` further on: start, end and length, short lengths first."""
    for length in range(1, len(kinds) // 2 + 1):
        equal = bytes(map(operator.eq, kinds, kinds[length:]))
        if sum(equal) >= length:
            for match in re.finditer(rb"\x01{%d,}" % length, equal):
                yield match.start(), match.end(), length


def flows(line: Line, start: int, length: int, rounds: int) -> Run | None:
    """The rounds from `start` of which each takes only the output of the round before."""
    items, pattern = line.network.items, _pattern(line, start, start + length)
    enters = _enters(line, start, start + length)
    names = ["input", *(item.plain_name for item in items[start : start + length])]
    names = [name for name in names if name is not None]
    if enters is None or len(set(names)) < len(names):
        return None
    good = 1
    for begin in range(start + length, start + length * rounds, length):
        end, before = begin + length, Tensor(items[begin - 1])
        if _enters(line, begin, end) != before or _pattern(line, begin, end) != pattern:
            break
        if any(user >= end for user, _ in line.users[begin - 1]):
            break  # Something further down needs the output of the round before.
        good += 1
    return None if good < 2 else Run(start, length, good, enters)


def _enters(line: Line, begin: int, end: int) -> Tensor | None:
    """The only tensor that enters a round, if only its last item is needed outside; else None."""
    enters: Tensor | None = None
    for place in range(begin, end):
        shared = line.shared[place]
        if shared is not None and shared < begin:
            return None
        for source, tensor in line.needs[place]:
            if source < begin:
                enters = enters or tensor
                if tensor != enters:
                    return None
        if place < end - 1 and any(user >= end for user, _ in line.users[place]):
            return None
    return enters if width(line.network.items[end - 1]) == 1 else None


def _pattern(line: Line, begin: int, end: int) -> list[list[tuple[int, int | None]]]:
    """The inputs of each item of a round: by place in the round, -1 for what enters it."""
    return [
        [
            (source - begin, tensor.output) if source >= begin else (-1, None)
            for source, tensor in line.needs[place]
        ]
        for place in range(begin, end)
    ]


def _cost(written: Sequence[Any], run: Run) -> int:
    """The printed characters of the run as a repeat."""
    items = list(written[run.start : run.start + run.length])
    return print_cost({"repeat": run.rounds, "layers": items})
