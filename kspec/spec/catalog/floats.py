"""Whole numbers where Keras insists on floats: to JSON 1 is 1.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kspec.spec.catalog.entry import Argument, Entry

__all__ = ["with_floats"]

# Kinds with arguments for which Keras refuses a number such as 1: learning rates, thresholds.
_STRICT = ("losses", "metrics", "optimizers")
# From a whole number on, a schedule of Keras reckons in whole numbers: 1 halved is 0.
_FIRST = "initial_learning_rate"


def with_floats(entry: Entry, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `entry` as Keras takes them."""
    known = entry.arguments
    if entry.kind == "schedules":
        known = {key: argument for key, argument in known.items() if key == _FIRST}
    elif entry.kind not in _STRICT:
        return dict(arguments)
    return {
        key: float(value) if type(value) is int and _is_float(known.get(key)) else value
        for key, value in arguments.items()
    }


def _is_float(argument: Argument | None) -> bool:
    return argument is not None and "float" in argument.types
