"""Converts schedules whose steps are percentages of the training to numbers of steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from kspec.spec.catalog.percentages import AT_LEAST_ONE, COUNT_STEPS, PERCENTAGE
from kspec.spec.models import KerasObject, Training

__all__ = ["counted", "has_percentages", "in_steps", "training_steps"]

# Stands in for an unknown number of samples where it makes no difference.
SAMPLES = 10_000

Convert = Callable[[str, str], Any]
"""Maps the name of an argument and its percentage to the value that replaces the percentage."""


def training_steps(training: Training, samples: int | None = None) -> int:
    """How many steps a phase has with so many training `samples`; a guess if None."""
    of_epoch = training.steps_per_epoch or -(-(samples or SAMPLES) // training.batch_size)
    return of_epoch * training.epochs


def in_steps(optimizer: KerasObject, steps: int) -> KerasObject:
    """The optimizer with its percentages converted to steps, for a training of so many `steps`.

    They are rounded to whole steps, and to at least 1 where Keras divides by them.
    """

    def convert(argument: str, text: str) -> int:
        share = Fraction(text.removesuffix("%")) / 100
        return max(round(share * steps), 1 if argument in AT_LEAST_ONE else 0)

    return counted(optimizer, convert)


def has_percentages(optimizer: KerasObject) -> bool:
    """Whether the optimizer has steps that are percentages."""
    found: list[str] = []
    counted(optimizer, lambda argument, text: found.append(text))
    return bool(found)


def counted(optimizer: KerasObject, convert: Convert) -> KerasObject:
    """The optimizer with each percentage in it replaced by the result of `convert`."""
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
