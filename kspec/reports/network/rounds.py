"""What comes again and again in a sequence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

__all__ = ["rounds"]

LONGEST = 60
# Less than that is as soon read as it is folded.
LEAST = 4


def rounds(
    signatures: Sequence[str],
    last_use: Sequence[int],
    sizes: Sequence[int],
    ends: Sequence[bool],
) -> Iterator[tuple[int, int]]:
    """The sequence cut into (length, how often): pieces of that length, so often in a row.

    Pieces are the same where their `signatures` are. `last_use` says for each place the last one
    that uses it: of a piece that is folded nothing but the very end is used outside. `sizes` are
    how many layers stand at each place; fewer than four are not folded. At each place
    the fold that covers most is taken, of equal ones that with the shortest piece; what is not
    folded comes as (1, 1). `ends` are places that rather end a piece than begin one: there a fold
    waits, if it can begin a place later and cover as much.
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
        # (With the last round the fold may be seen from outside; then one less may do.)
        while count > 1 and _is_seen(last_use, start, start + period * count):
            count -= 1
        covered = period * count
        layers = sum(sizes[start : start + covered])
        if count > 1 and layers >= LEAST and covered > best[0] * best[1]:
            best = (period, count)
    return best


def _is_seen(last_use: Sequence[int], start: int, end: int) -> bool:
    """Whether anything between, but for the last, is used from `end` on."""
    return any(last_use[place] >= end for place in range(start, end - 1))
