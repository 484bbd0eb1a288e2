"""What a phase of the training was trained on, and which part of the network was trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kspec.reports.run_page.evidence import values

__all__ = ["epoch_steps", "features", "which_layers"]


def epoch_steps(phase: dict[str, Any]) -> int | None:
    """The steps per epoch, if an epoch is not one pass through the data."""
    steps = phase.get("steps_per_epoch")
    return steps if isinstance(steps, int) else None


def features(phase: dict[str, Any]) -> str | None:
    """A phrase for the features that it was trained on, if any."""
    until = values(phase.get("features")).get("until")
    return f"features that “{until}” gives, computed once" if until is not None else None


def which_layers(phase: dict[str, Any]) -> str | None:
    """A phrase for which layers the phase trains, if it says so."""
    return "; ".join(_layers(values(phase.get("trainable")))) or None


def _layers(trainable: dict[str, Any]) -> Iterator[str]:
    for name, value in trainable.items():
        part = values(value)
        if "last" in part:
            yield f"of “{name}” the last {part['last']} layers"
        elif "from" in part:
            yield f"“{name}” from “{part['from']}” on"
        elif "matching" in part:
            yield f"of “{name}” the layers called “{part['matching']}”"
        else:
            yield f"“{name}” {'trained' if value is True else 'frozen'}"
