"""McNemar's test: do two networks that saw the same samples err equally often?"""

from __future__ import annotations

import math

__all__ = ["exact_p"]


def exact_p(first_only: int, second_only: int) -> float:
    """The two-sided p-value, from how many samples only the first and only the second got right.

    If neither is better, each of these is a toss of a coin, so the p-value is the binomial
    distribution's (McNemar 1947; the exact conditional test of Fagerland, Lydersen and Laake 2013).
    Unlike the mid-p and the chi-squared versions it never claims more often than it says.
    """
    count, fewer = first_only + second_only, min(first_only, second_only)
    # Of the 2**count orders in which they can come, those with no more than `fewer` on that side,
    # as multiples of those with just so many: the terms become smaller from there.
    term = total = 1.0
    for left in range(fewer, 0, -1):
        term *= left / (count - left + 1)
        total += term
        if term < 1e-17 * total:
            break
    return min(1.0, 2 * total * (math.comb(count, fewer) / (1 << count)))
