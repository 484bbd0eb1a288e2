"""Steps given as a percentage of the training: "23%"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kspec.spec.catalog.entry import Argument

__all__ = ["AT_LEAST_ONE", "COUNT_STEPS", "PERCENTAGE", "with_percentages"]

PERCENTAGE = r"(?:100(?:\.0+)?|[0-9]{1,2}(?:\.[0-9]+)?)%"
"""From "0%" to "100%", also "12.5%"."""

MEANT = 'a percentage of the training from "0%" to "100%"'

AT_LEAST_ONE = ("decay_steps", "first_decay_steps")
"""Arguments of schedules by which Keras divides."""

COUNT_STEPS = (*AT_LEAST_ONE, "boundaries", "warmup_steps")
"""Arguments that count steps: of schedules, and of the optimizer with a built-in schedule."""

KINDS = ("optimizers", "schedules")


def with_percentages(kind: str, arguments: Mapping[str, Argument]) -> dict[str, Argument]:
    """The arguments of an object of `kind`, extended so that those in steps take percentages."""
    if kind not in KINDS:
        return dict(arguments)
    return {
        name: _with(argument) if name in COUNT_STEPS else argument
        for name, argument in arguments.items()
    }


def _with(argument: Argument) -> Argument:
    argument = replace(argument, pattern=PERCENTAGE, text=MEANT)
    if "list" in argument.types:
        return replace(argument, items=(*argument.items, "str"))
    return replace(argument, types=(*argument.types, "str"))
