"""Chooses the block to make next."""

from __future__ import annotations

from typing import TypeGuard

from kspec.spec.fold.candidate import Candidate, Judge
from kspec.spec.fold.items import Network
from kspec.spec.fold.shape import Shapes
from kspec.spec.fold.windows import Line, Window, find_windows

__all__ = ["MIN_GAIN", "choose"]

MIN_GAIN = 40
"""In characters; a block that saves less is not worth a name."""

MIN_GAIN_PER_USE_OF_ONE = 25
"""For a block of one layer, which hides more than it shows; it also needs three uses."""


def choose(lists: list[Network]) -> Candidate | None:
    """The block that saves most; None if none saves enough.

    If a window holds two consecutive windows of one shape, a block of those is made first.
    """
    shapes = Shapes()
    lines = [Line.of(network, shapes) for network in lists]
    windows = find_windows(lines, shapes)
    judge = Judge(lines)
    bounds = sorted(
        ((judge.bound(window), -window.length, number) for number, window in enumerate(windows)),
        reverse=True,
    )
    best: Candidate | None = None
    for bound, _, number in bounds:
        if bound < (MIN_GAIN if best is None else best.gain):
            break
        window = windows[number]
        if _is_row(window):
            continue
        found = judge.best(window)
        if _is_worth(found) and (best is None or found.gain > best.gain):
            best = found
    if best is None:
        return None
    by_number = {
        line.chains[start][window.length - 1]: window
        for window in windows
        for line, start in window.starts[:1]
    }
    while (smaller := _within(best, judge, by_number)) is not None:
        best = smaller
    return best


def _is_worth(candidate: Candidate | None) -> TypeGuard[Candidate]:
    if candidate is None or candidate.gain < MIN_GAIN:
        return False
    uses = len(candidate.windows)
    enough = uses > 2 and candidate.gain >= MIN_GAIN_PER_USE_OF_ONE * uses
    return enough or not candidate.is_one_layer


def _is_row(window: Window) -> bool:
    """Whether the window is a smaller one repeated."""
    line, start = window.starts[0]
    for length in range(1, window.length // 2 + 1):
        if window.length % length == 0:
            each = [
                line.chains[place][length - 1 : length]
                for place in range(start, start + window.length, length)
            ]
            if each[0] and all(number == each[0] for number in each):
                return True
    return False


def _within(candidate: Candidate, judge: Judge, windows: dict[int, Window]) -> Candidate | None:
    """A worthwhile block of windows that occur twice in a row within `candidate`, or None."""
    line, start = candidate.windows[0]
    end = start + candidate.length
    seen: set[int] = set()
    best: Candidate | None = None
    for first in range(start, end):
        for length in range(2, (end - first) // 2 + 1):
            here = line.chains[first][length - 1 : length]
            if (
                not here
                or here[0] in seen
                or line.chains[first + length][length - 1 : length] != here
            ):
                continue
            seen.add(here[0])
            if _is_row(windows[here[0]]):
                continue
            found = judge.best(windows[here[0]])
            taken = {} if found is None else {(id(each), at) for each, at in found.windows}
            both = {(id(line), first), (id(line), first + length)} <= set(taken)
            if both and _is_worth(found) and (best is None or found.gain > best.gain):
                best = found
    return best
