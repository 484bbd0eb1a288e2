"""Searches nested lists and objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

__all__ = ["within"]

Kind = TypeVar("Kind")


def within(values: Any, kind: type[Kind]) -> Iterator[Kind]:
    """Everything of type `kind` in `values` and the lists and objects within it, in order."""
    if isinstance(values, kind):
        yield values
    elif isinstance(values, Mapping):
        for value in values.values():
            yield from within(value, kind)
    elif isinstance(values, (list, tuple)):
        for value in values:
            yield from within(value, kind)
