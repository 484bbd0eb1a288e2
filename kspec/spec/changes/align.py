"""Matches the layers of two networks."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from kspec.spec.changes.parts import Network, Part

__all__ = ["align"]

# The similarity of two layers: a base for the same type, up to as much for equal arguments, and
# more for the same given name. Layers of different types never match.
_SAME_TYPE, _ARGUMENTS, _NAME = 2.0, 2.0, 3.0
# The cost of a gap, where layers were inserted or removed: fewer gaps are the better guess.
_OPENING = 0.5


def align(before: Sequence[Part], after: Sequence[Part]) -> list[tuple[int | None, int | None]]:
    """Pairs of indices in the order of both lists; None stands for a layer without a match.

    The alignment has the largest sum of similarities (Needleman & Wunsch 1970, with affine gaps as
    in Gotoh 1982); ties go to the earlier pairs. In a gap, removed layers come first.
    """
    alike = _likeness(before, after)
    front = 0
    while front < min(len(before), len(after)) and alike(front, front) >= _whole(before[front]):
        front += 1
    pairs: list[tuple[int | None, int | None]] = [(index, index) for index in range(front)]
    pairs += _aligned(front, len(before), len(after), alike)
    return pairs


def _whole(part: Part) -> float:
    return _SAME_TYPE + _ARGUMENTS + (_NAME if part.name is not None else 0)


def _likeness(before: Sequence[Part], after: Sequence[Part]) -> Callable[[int, int], float]:
    keys = [[_key(part) for part in parts] for parts in (before, after)]
    known: dict[tuple[str, str], float] = {}

    def likeness(one: int, other: int) -> float:
        if before[one].type != after[other].type:
            return -1.0
        key = keys[0][one], keys[1][other]
        if key not in known:
            known[key] = _alike(before[one], after[other])
        return known[key]

    return likeness


def _key(part: Part) -> str:
    values = [
        part.type,
        part.name,
        part.arguments,
        _types(part.inner),
        part.index * bool(part.inner),
    ]
    return json.dumps(values, sort_keys=True)


def _alike(one: Part, other: Part) -> float:
    """The similarity of two layers of one type; negative for those that cannot match."""
    if (one.inner is None) != (other.inner is None):
        return -1.0
    score = _SAME_TYPE
    if one.inner is not None and other.inner is not None:
        if one.inner.inputs != other.inner.inputs:
            return -1.0
        score += (
            _ARGUMENTS
            * SequenceMatcher(None, _types(one.inner), _types(other.inner), autojunk=False).ratio()
        )
    else:
        keys = {*one.arguments, *other.arguments}
        same = sum(one.arguments.get(key) == other.arguments.get(key) for key in keys)
        score += _ARGUMENTS * (same / len(keys) if keys else 1.0)
    if one.name is not None and one.name == other.name:
        score += _NAME
    elif one.name is not None and other.name is not None:
        score -= 1.0
    return score


def _types(network: Network | None) -> list[str]:
    return [part.type for part in network.parts] if network is not None else []


def _aligned(
    start: int, rows: int, columns: int, alike: Callable[[int, int], float]
) -> list[tuple[int | None, int | None]]:
    """The pairs from `start` on."""
    height, width = rows - start, columns - start
    # The best sum from (row, column) on: outside a gap, and within one.
    best = [[0.0] * (width + 1) for _ in range(height + 1)]
    gap = [[0.0] * (width + 1) for _ in range(height + 1)]
    for row in range(height, -1, -1):
        for column in range(width, -1, -1):
            if row == height and column == width:
                continue
            paired = -1.0
            if row < height and column < width:
                score = alike(start + row, start + column)
                if score >= 0:
                    paired = score + best[row + 1][column + 1]
            skipped = max(
                gap[row + 1][column] if row < height else -1.0,
                gap[row][column + 1] if column < width else -1.0,
            )
            gap[row][column] = max(paired, skipped)
            best[row][column] = max(paired, skipped - _OPENING)
    return _followed(start, height, width, best, gap, alike)


def _followed(
    start: int,
    height: int,
    width: int,
    best: list[list[float]],
    gap: list[list[float]],
    alike: Callable[[int, int], float],
) -> list[tuple[int | None, int | None]]:
    pairs: list[tuple[int | None, int | None]] = []
    gone: list[tuple[int | None, int | None]] = []
    new: list[tuple[int | None, int | None]] = []
    row = column = 0
    while row < height or column < width:
        reached = (gap if gone or new else best)[row][column]
        if row < height and column < width:
            score = alike(start + row, start + column)
            if score >= 0 and score + best[row + 1][column + 1] == reached:
                pairs += [*gone, *new, (start + row, start + column)]
                gone, new = [], []
                row, column = row + 1, column + 1
                continue
        if row < height and gap[row + 1][column] >= (
            gap[row][column + 1] if column < width else -1.0
        ):
            gone.append((start + row, None))
            row += 1
        else:
            new.append((None, start + column))
            column += 1
    return [*pairs, *gone, *new]
