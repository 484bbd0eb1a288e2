"""Finding repeats in a sequence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

__all__ = ["rounds"]

LONGEST = 60
# Fewer layers than this are not worth folding.
LEAST = 4


def rounds(
    signatures: Sequence[str],
    last_use: Sequence[int],
    sizes: Sequence[int],
    ends: Sequence[bool],
) -> Iterator[tuple[int, int]]:
    """The sequence cut into (period, count): `period` items that occur `count` times in a row.

    Items are equal if their `signatures` are. `last_use` is for each item the index of the last one
    that uses it: of a fold only the very last item may be used outside. `sizes` is the number of
    layers in each item; fewer than `LEAST` layers are not folded. At each position the fold that
    covers most items is taken, and of equal ones that with the shortest period; items that are not
    folded come as (1, 1). `ends` marks items that should end a period rather than begin one: there
    a fold is delayed if it can begin one item later and cover at least as many.
    """
    start = 0
    while start < len(signatures):
        period, count = _best(signatures, last_use, sizes, start)
        if ends[start] and count > 1:
            later = _best(signatures, last_use, sizes, start + 1)
            if later[0] * later[1] >= period * count:
                period, count = 1, 1
        yield period, count
        start += period * count


def _best(
    signatures: Sequence[str], last_use: Sequence[int], sizes: Sequence[int], start: int
) -> tuple[int, int]:
    best = (1, 1)
    left = len(signatures) - start
    for period in range(1, min(LONGEST, left // 2) + 1):
        count = 1
        while (
            signatures[start + period * count : start + period * (count + 1)]
            == signatures[start : start + period]
        ):
            count += 1
        # (The fold may be used from outside with its last round, but not without it.)
        while count > 1 and _is_seen(last_use, start, start + period * count):
            count -= 1
        covered = period * count
        layers = sum(sizes[start : start + covered])
        if count > 1 and layers >= LEAST and covered > best[0] * best[1]:
            best = (period, count)
    return best


def _is_seen(last_use: Sequence[int], start: int, end: int) -> bool:
    """Whether any item from `start` to `end`, except the last, is used from `end` on."""
    return any(last_use[place] >= end for place in range(start, end - 1))
