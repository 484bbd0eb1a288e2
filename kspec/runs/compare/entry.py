"""A run as a comparison sees it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from kspec.errors import RunError
from kspec.runs.compare.scores import ACCURACY, read_scores
from kspec.runs.described import read_environment
from kspec.runs.files import read_object, read_result
from kspec.runs.find import status_of
from kspec.runs.folder import RESOLVED, RESULT, name_of
from kspec.runs.main_measure import ACCURACIES, accuracy_of
from kspec.runs.record import backends_of, headline, weights_of

__all__ = ["Entry", "LeftOut", "read_entry"]

T = TypeVar("T")


@dataclass(frozen=True)
class LeftOut:
    """A run, or something else that was asked for, that is left out of all groups, and why."""

    what: str
    why: str


@dataclass(frozen=True)
class Entry:
    """A run that has ended.

    `spec` is the hash of its spec without the seed, None for a run from before there were hashes.
    `metric` is what is compared: "accuracy" wherever there are classes, else the first metric;
    `validation` and `test` are its values. `data` is what `environment.json` says about the data,
    `weights` what its backbones started from.
    """

    path: Path
    name: str
    about: str
    spec: str | None
    seed: int | None
    backends: tuple[str, ...]
    started: str
    epochs: int
    best_epoch: int | None
    metric: str | None
    validation: float | None
    test: float | None
    reference: float | None
    seconds: float
    total_params: int
    trainable_params: int
    data: Mapping[str, Any]
    weights: tuple[tuple[str, str], ...] = ()

    @property
    def splits(self) -> Mapping[str, Any] | None:
        """The fingerprints of its splits; None for a run from before they were taken."""
        return self.data.get("splits")


def read_entry(folder: Path) -> Entry | LeftOut:
    """The run in `folder`, or why it cannot be compared: it has not ended, or is damaged."""
    try:
        ended = (folder / RESULT).exists()
        result = read_result(folder) if ended else None
        status = status_of(folder, result)
        if result is None or status == "interrupted":
            return LeftOut(str(folder), f"it is {status}")
        return _entry(folder, result, read_environment(folder))
    except RunError as error:
        return LeftOut(str(folder), str(error).removeprefix(f"{folder}{os.sep}"))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        # (It is JSON, but not as kspec writes it.)
        return LeftOut(str(folder), "its files are damaged")


def _entry(folder: Path, result: Mapping[str, Any], environment: Mapping[str, Any]) -> Entry:
    resolved = read_object(folder / RESOLVED)
    metric, test = _measured(folder, result)
    validation = result["validation"]
    if metric == ACCURACY:
        value = accuracy_of(validation)
    else:
        value = validation.get(metric)
    identity = environment.get("identity") or {}
    return Entry(
        path=folder,
        name=name_of(folder),
        about=" ".join(str(resolved.get("description") or "").split()),
        spec=identity.get("spec"),
        seed=identity.get("seed", resolved.get("seed")),
        backends=backends_of(environment),
        started=str(environment.get("started", "")),
        epochs=int(result["epochs"]),
        best_epoch=_known(result["best_epoch"], int),
        metric=metric,
        validation=_known(value, float),
        test=_known(test, float),
        reference=_known((result["reference"] or {}).get("test_accuracy"), float),
        seconds=float(result["seconds"]),
        total_params=int(result["total_params"]),
        trainable_params=int(result["trainable_params"]),
        data=dict(environment.get("data") or {}),
        weights=weights_of(environment),
    )


def _known(value: Any, kind: Callable[[Any], T]) -> T | None:
    return None if value is None else kind(value)


def _measured(folder: Path, result: Mapping[str, Any]) -> tuple[str | None, float | None]:
    """The metric to compare, and its value on the test set."""
    accuracy = accuracy_of(result["test"])
    if accuracy is not None:
        return ACCURACY, accuracy
    if result["test"]:
        scores = read_scores([folder])
        if scores is not None and scores.metric == ACCURACY:
            return ACCURACY, float(scores.values.mean())
    found = headline(result)
    if found is None:
        return None, None
    part, metric, value = found
    if part == "test":
        return metric, value
    return (ACCURACY if metric in ACCURACIES else metric), None
