"""Schedules that count their steps as shares of the training, in steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from kspec.spec.catalog.percentages import AT_LEAST_ONE, COUNT_STEPS, PERCENTAGE
from kspec.spec.models import KerasObject, Training

__all__ = ["counted", "has_percentages", "in_steps", "training_steps"]

# As many samples as there may be where nobody knows, and it makes no difference.
SAMPLES = 10_000

Convert = Callable[[str, str], Any]
"""Of the name of an argument and a percentage: what stands in its place."""


def training_steps(training: Training, samples: int | None = None) -> int:
    """How many steps a phase has that learns from so many `samples`; at a guess without them."""
    of_epoch = training.steps_per_epoch or -(-(samples or SAMPLES) // training.batch_size)
    return of_epoch * training.epochs


def in_steps(optimizer: KerasObject, steps: int) -> KerasObject:
    """The optimizer with numbers for the percentages in it, for a training of so many `steps`.

    They are rounded to whole steps, to 1 at the least where Keras divides by them.
    """

    def convert(argument: str, text: str) -> int:
        share = Fraction(text.removesuffix("%")) / 100
        return max(round(share * steps), 1 if argument in AT_LEAST_ONE else 0)

    return counted(optimizer, convert)


def has_percentages(optimizer: KerasObject) -> bool:
    """Whether some steps of the optimizer are percentages."""
    found: list[str] = []
    counted(optimizer, lambda argument, text: found.append(text))
    return bool(found)


def counted(optimizer: KerasObject, convert: Convert) -> KerasObject:
    """The optimizer with what `convert` has for each percentage in it."""
    return KerasObject(type=optimizer.type, **_of_object(optimizer.arguments, convert))


def _of_object(arguments: Mapping[str, Any], convert: Convert) -> dict[str, Any]:
    return {key: _of_argument(key, value, convert) for key, value in arguments.items()}


def _of_argument(key: str, value: Any, convert: Convert) -> Any:
    if isinstance(value, Mapping):
        return _of_object(value, convert)
    if key not in COUNT_STEPS:
        return value
    if isinstance(value, (list, tuple)):
        return [_of_argument(key, each, convert) for each in value]
    if isinstance(value, str) and re.fullmatch(PERCENTAGE, value):
        return convert(key, value)
    return value
