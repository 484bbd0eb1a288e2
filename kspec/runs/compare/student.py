"""Student's t distribution, for whole degrees of freedom."""

from __future__ import annotations

import math

__all__ = ["quantile", "within"]


def within(t: float, degrees: int) -> float:
    """The probability that a t variable lies between -t and t, for t of at least 0.

    The finite sums of Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 (an odd
    number of degrees of freedom) and 26.7.4 (an even one).
    """
    angle = math.atan(t / math.sqrt(degrees))
    sine, cosine = math.sin(angle), math.cos(angle)
    term = total = cosine if degrees % 2 else 1.0
    for number in range(2 + degrees % 2, degrees - 1, 2):
        term *= cosine * cosine * (number - 1) / number
        total += term
    if degrees % 2 == 0:
        return sine * total
    return 2 / math.pi * (angle + (sine * total if degrees > 1 else 0.0))


def quantile(share: float, degrees: int) -> float:
    """The quantile of t for a `share` of at least 1/2: 2.776 for 0.975 and 4 degrees."""
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        if within(math.sqrt(degrees) * math.tan(middle), degrees) < 2 * share - 1:
            low = middle
        else:
            high = middle
    return math.sqrt(degrees) * math.tan(low)
