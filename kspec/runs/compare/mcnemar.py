"""McNemar's test: do two networks that saw the same samples err equally often?"""

from __future__ import annotations

import math

__all__ = ["exact_p"]


def exact_p(first_only: int, second_only: int) -> float:
    """The two-sided p-value, from how many samples only the first and only the second got right.

    If neither is better, each of these samples is a coin toss, so the p-value comes from the
    binomial distribution (McNemar 1947; the exact conditional test of Fagerland, Lydersen and Laake
    2013). Unlike the mid-p and chi-squared versions, it never exceeds its nominal error rate.
    """
    count, fewer = first_only + second_only, min(first_only, second_only)
    # The sum of the binomial coefficients (count, k) for k up to `fewer`, relative to the last one;
    # from there down the terms become smaller.
    term = total = 1.0
    for left in range(fewer, 0, -1):
        term *= left / (count - left + 1)
        total += term
        if term < 1e-17 * total:
            break
    return min(1.0, 2 * total * (math.comb(count, fewer) / (1 << count)))
