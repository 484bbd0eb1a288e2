"""Correction for many comparisons: at most one table in twenty contains a false claim."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["corrected"]


def corrected(p_values: Sequence[float]) -> list[float]:
    """The p-values corrected by Holm's method (1979), in the same order.

    If differences with a corrected p-value below 0.05 are claimed, the probability that any claim
    is false is at most 0.05, however the tests depend on each other.
    """
    found = [1.0] * len(p_values)
    largest = 0.0
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        found[place] = largest
    return found
