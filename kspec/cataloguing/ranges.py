"""The range of a number and the length of a list, found by trying values on the constructor; a part
of the generator."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

__all__ = ["length_of", "of_argument"]

_LONGEST = 6


def of_argument(accepts: Callable[[Any], bool], types: Iterable[str]) -> dict[str, float]:
    """The "minimum" and "maximum" of an argument of `types`, as far as its constructor has any.

    `accepts` says whether the constructor takes a value. A bound holds only if everything tried
    beyond it is refused, alone and in lists where these are allowed, and something at it is not.
    """
    types = set(types)
    if not types & {"int", "float"} or "str" in types:
        return {}

    def any_of(*values: float) -> bool:
        return any(accepts(form) for value in values for form in _forms(value, types))

    found: dict[str, float] = {}
    if "float" in types:
        if any_of(0.0, 0.01, 0.5) and not any_of(-0.01, -0.5, -1.0, -3.0):
            found["minimum"] = 0
        if any_of(1.0, 0.99, 0.5) and not any_of(1.01, 1.5, 2.0, 7.0, 100.0):
            found["maximum"] = 1
    elif not any_of(-1, -2, -7):
        if any_of(0):
            found["minimum"] = 0
        elif any_of(1, 2, 3):
            found["minimum"] = 1
    return found


def _forms(value: float, types: set[str]) -> Iterator[Any]:
    """`value` as an argument: alone, and in lists of the forms that Keras takes."""
    yield value
    if "list" in types:
        # A value refused alone may be valid beside another: as the lower end of a range.
        for other in (value, 1, 0.5) if "float" in types else (value, 1):
            yield from ([value], [value, other], [other, value], [value, other, other])
            yield [[value, other], [other, value]]
            yield [[value, other]] * 3


def length_of(accepts: Callable[[Any], bool], types: Collection[str]) -> dict[str, int]:
    """The "length" of an argument of `types`, if it takes lists of just one length.

    `accepts` as for `of_argument`: a list of any other length is refused, whatever it holds. (Empty
    lists, which some classes accept, do not count.)
    """
    if types and "list" not in types:
        return {}
    taken = [
        length for length in range(1, _LONGEST + 1) if any(map(accepts, _lists_of_length(length)))
    ]
    return {"length": taken[0]} if len(taken) == 1 else {}


def _lists_of_length(length: int) -> Iterator[list[Any]]:
    for value in (1, 2, 0.5, "probe", [1, 1]):
        yield [value] * length
    yield [f"probe {number}" for number in range(length)]
    yield list(range(length))
    yield list(range(1, length + 1))
    yield [number / (length + 1) for number in range(1, length + 1)]
