"""Which seeds are meant; loads no framework."""

from __future__ import annotations

from collections.abc import Iterable

from kspec.errors import UsageError

__all__ = ["seed_list"]

LIMIT = 2**63
# More trainings than anyone waits for.
MOST = 10_000


def seed_list(asked: int | Iterable[int], first: int) -> tuple[int, ...]:
    """The seeds of `asked`: that many, counting up from `first`, or the ones that it lists.

    Raises UsageError for an empty list or a very long one, an invalid seed, and one that occurs
    twice.
    """
    if isinstance(asked, int) and asked > MOST:
        raise UsageError(f"--seeds takes at most {MOST:,} seeds")
    seeds = tuple(range(first, first + asked)) if isinstance(asked, int) else tuple(asked)
    if not seeds:
        raise UsageError("--seeds needs at least one seed")
    for seed in seeds:
        if not 0 <= seed < LIMIT:
            raise UsageError(
                f"--seeds: {seed} is not a seed; it must be at least 0 and below 2**63"
            )
    twice = next((seed for seed in seeds if seeds.count(seed) > 1), None)
    if twice is not None:
        raise UsageError(f"--seeds: {twice} is listed twice")
    return seeds
