"""McNemar's test: do two networks that saw the same samples err equally often?"""

from __future__ import annotations

__all__ = ["exact_p"]


def exact_p(first_only: int, second_only: int) -> float:
    """The two-sided p-value, from how many samples only the first and only the second got right.

    If neither is better, each of these is a toss of a coin, so the p-value is the binomial
    distribution's (McNemar 1947; the exact conditional test of Fagerland, Lydersen and Laake 2013).
    Unlike the mid-p and the chi-squared versions it never claims more often than it says.
    """
    count, fewer = first_only + second_only, min(first_only, second_only)
    ways = term = 1  # How many of the 2**count orders have no more than `fewer` on that side.
    for number in range(fewer):
        term = term * (count - number) // (number + 1)
        ways += term
    return min(1.0, float(2 * ways / 2**count))
