"""JSON values as Python literals, in the form that formatters leave alone."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

__all__ = ["literal", "quote"]

# Smaller numbers are written with an exponent: 1e-4.
_SMALL = 1e-3

# A float of more characters than this is written as a fraction if it equals a simple one.
_LONG = 8
_LARGEST_DENOMINATOR = 1000


def literal(value: bool | int | float | str | None) -> str:
    """A plain value as Python source; a number such as 0.013888888888888888 as 1 / 72."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, float) and len(repr(value)) > _LONG:
        near = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
        if near.denominator > 1 and float(near) == value:
            return f"{near.numerator} / {near.denominator}"
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return f'float("{value}")'
    if isinstance(value, float) and 0 < abs(value) < _SMALL:
        sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
        first, *rest = map(str, digits)
        shown = f"{first}.{''.join(rest)}" if rest else first
        return f"{'-' * sign}{shown}e{int(exponent) + len(rest)}"
    return repr(value)


def quote(text: str) -> str:
    """`text` as a string in double quotes, or in single ones where that saves backslashes."""
    mark = "'" if text.count('"') > text.count("'") else '"'
    return mark + "".join(_escaped(character, mark) for character in text) + mark


def _escaped(character: str, mark: str) -> str:
    if character in ("\\", mark):
        return "\\" + character
    if character.isprintable():
        return character
    return re.sub(r"^.|.$", "", repr(character))
