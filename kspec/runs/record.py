"""What a run records about itself, besides its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Literal, TypedDict

from kspec.runs.main_measure import main_measure

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
    """Which epoch's weights were kept: the best by `monitor`; None if that was always NaN."""

    monitor: str
    mode: Literal["min", "max"]
    value: float | None
    why: str  # "the only monitor", "marked restore_best_weights" or "the last listed"


class PhaseResult(TypedDict):
    """The result of one phase of a training; the keys are those of `Result`.

    `epochs` counts those of this phase; `best_epoch` is numbered across all phases.
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

    For a training in phases all this is the result of the last one, except for `epochs`, which
    counts those of all; only then there is `phases`, with the result of each phase that has begun.
    """

    phases: list[PhaseResult]


def headline(result: Mapping[str, Any]) -> tuple[str, str, float] | None:
    """The one number that sums up a result: its set, its name, its value.

    It is the main measure of the test set, or else of the validation set, or else of the training
    set. None if nothing was measured.
    """
    for part in ("test", "validation", "train"):
        metric = main_measure(result[part])
        if metric is not None:
            return part, metric, result[part][metric]
    return None


def environment(backend: str, command: list[str]) -> dict[str, Any]:
    """The environment of a run that starts now: versions, the machine, the command line.

    `started` is in UTC. No framework is imported: versions come from the packages' metadata.
    """
    # Imported here because listing runs needs the types above, but none of these.
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
    """The backends of a run, from its environment; several if it was resumed on another.

    Empty if it names no backend.
    """
    if "backend" not in environment:
        return ()
    resumed = environment.get("resumed", ())
    names = [environment["backend"], *(entry["backend"] for entry in resumed)]
    return tuple(name for name, _ in groupby(names))


def has_seam(environment: Mapping[str, Any]) -> bool:
    """Whether a run was resumed on another backend, or with another spec."""
    changed = any(entry.get("changes") for entry in environment.get("resumed", ()))
    return changed or len(backends_of(environment)) > 1


def weights_of(environment: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The layers with initial weights from elsewhere, and the SHA-256 of the weights of each."""
    given = environment.get("weights") or ()
    return tuple(sorted((each["layer"], each["sha256"]) for each in given))
