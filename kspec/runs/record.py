"""What a run records of itself, beside its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Literal, TypedDict

__all__ = [
    "Kept",
    "PhaseResult",
    "Result",
    "backends_of",
    "environment",
    "has_seam",
    "headline",
    "weights_of",
]


class Kept(TypedDict):
    """Which epoch's weights were kept: the best by `monitor`; None if it was NaN all along."""

    monitor: str
    mode: Literal["min", "max"]
    value: float | None
    why: str  # "the only monitor", "marked restore_best_weights" or "the last listed"


class PhaseResult(TypedDict):
    """What came of one phase of a training; the keys are those of `Result`.

    `epochs` counts those of this phase, `best_epoch` is counted in all phases together.
    """

    status: str  # "completed", "stopped early" or "interrupted"
    epochs: int
    best_epoch: int | None
    kept: Kept | None
    stopped_by: str | None
    train: dict[str, float]
    validation: dict[str, float]
    trainable_params: int


class _Whole(PhaseResult):
    test: dict[str, float]
    reference: dict[str, Any] | None
    seconds: float
    total_params: int


class Result(_Whole, total=False):
    """How a run ended: `result.json`.

    `train` and `validation` hold loss and metrics of the epoch `best_epoch` (from 1; without a
    monitor the last one), `test` those of the kept weights, without a `val_` before their names; a
    set that was not measured is empty. `kept` is None without a monitor. `stopped_by` names the
    monitor that ran out of patience, or the signal ("SIGINT", "SIGTERM") that interrupted it.
    `reference` is that of the spec.

    Of a training in phases all this is what the last one came to, except for `epochs`, which are
    those of all; `phases`, which only such a result has, says it of each that has begun.
    """

    phases: list[PhaseResult]


def headline(result: Mapping[str, Any]) -> tuple[str, str, float] | None:
    """The one number to tell of a result: of which set, its name, its value.

    The first metric of the test set; without one the validation set's, and without that the
    training set's. None where nothing was measured.
    """
    for part in ("test", "validation", "train"):
        values = result[part]
        if values:
            metric = next((name for name in values if name != "loss"), "loss")
            return part, metric, values[metric]
    return None


def environment(backend: str, command: list[str]) -> dict[str, Any]:
    """Where a run that starts now takes place: versions, the machine, the command line.

    `started` is in UTC. No framework is imported: versions come from the packages' metadata.
    """
    # Listing runs needs the shape of a result, and none of these.
    import os
    import platform
    from importlib.metadata import version

    from kspec import __version__, backends

    return {
        "started": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "command": command,
        "kspec": __version__,
        "keras": version("keras"),
        "backend": backend,
        "backend_version": backends.version(backend),
        "numpy": version("numpy"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpus": os.cpu_count(),
    }


def backends_of(environment: Mapping[str, Any]) -> tuple[str, ...]:
    """The backends of a run, from its environment: one, or more where it went on on another.

    Empty where it says no backend.
    """
    if "backend" not in environment:
        return ()
    resumed = environment.get("resumed", ())
    names = [environment["backend"], *(entry["backend"] for entry in resumed)]
    return tuple(name for name, _ in groupby(names))


def has_seam(environment: Mapping[str, Any]) -> bool:
    """Whether a run went on on another backend, or with another spec."""
    changed = any(entry.get("changes") for entry in environment.get("resumed", ()))
    return changed or len(backends_of(environment)) > 1


def weights_of(environment: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The layers that began with weights from elsewhere, and the SHA-256 of each."""
    given = environment.get("weights") or ()
    return tuple(sorted((each["layer"], each["sha256"]) for each in given))
