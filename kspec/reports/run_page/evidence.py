"""Reads everything in a run's folder, without failing for missing or damaged files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from kspec.errors import RunError
from kspec.runs.files import read_object
from kspec.runs.folder import BASE, ENVIRONMENT, PARAMETERS, SPEC
from kspec.runs.pictures import Augmented, Mistakes, read_augmented, read_mistakes
from kspec.runs.predictions import Predictions, read_predictions
from kspec.runs.read import Run

__all__ = ["Evidence", "gather", "texts", "values"]

T = TypeVar("T")


@dataclass(frozen=True)
class Evidence:
    """The content of a run's folder; anything missing is empty or None.

    `trouble` has a sentence for each damaged file.
    """

    run: Run
    status: str
    written: dict[str, Any]
    resolved: dict[str, Any]
    base: dict[str, Any]
    environment: dict[str, Any]
    history: list[dict[str, float]]
    result: dict[str, Any]
    parameters: dict[str, Any]
    predictions: Predictions | None
    mistakes: Mistakes | None
    augmented: Augmented | None
    trouble: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the experiment."""
        name = self.resolved.get("name")
        return name if isinstance(name, str) else self.run.path.resolve().parent.name

    @property
    def labels(self) -> str:
        """The kind of the labels: "classes", "masks" or "numbers"."""
        return str(values(self.resolved.get("data")).get("labels", "classes"))

    @property
    def phases(self) -> list[dict[str, Any]]:
        """The spec's phases of the training; most have only one."""
        training = self.resolved.get("training")
        return [values(each) for each in (training if isinstance(training, list) else [training])]

    @property
    def is_over(self) -> bool:
        """Whether the training ended, by plan or by early stopping."""
        return self.status in ("completed", "stopped early")


def gather(run: Run) -> Evidence:
    """Read all files of `run`."""
    trouble: list[str] = []

    def attempt(read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except RunError as error:
            trouble.append(str(error))
            return otherwise

    def optional(name: str) -> dict[str, Any]:
        path = run.path / name
        return attempt(lambda: read_object(path), {}) if path.exists() else {}

    return Evidence(
        run=run,
        # A damaged result is reported when it is read itself.
        status=_status(run),
        written=_written(run),
        resolved=attempt(lambda: run.resolved, {}),
        base=optional(BASE),
        environment=optional(ENVIRONMENT),
        history=attempt(lambda: run.history, []),
        result=attempt(lambda: run.result, {}) if run.is_finished else {},
        parameters=optional(PARAMETERS),
        predictions=attempt(lambda: read_predictions(run.path), None),
        mistakes=attempt(lambda: read_mistakes(run.path), None),
        augmented=attempt(lambda: read_augmented(run.path), None),
        trouble=tuple(trouble),
    )


def values(found: object) -> dict[str, Any]:
    """`found` if it is an object, otherwise an empty one, since a file may hold anything."""
    return found if isinstance(found, dict) else {}


def texts(found: object) -> list[str]:
    """`found` as texts if it is a list, otherwise none."""
    return [str(each) for each in found] if isinstance(found, list) else []


def _status(run: Run) -> str:
    try:
        return run.status
    except RunError:
        return "damaged"


def _written(run: Run) -> dict[str, Any]:
    """The spec's file as it was given; empty if it cannot be read, which does not matter."""
    try:
        return values(json.loads((run.path / SPEC).read_bytes()))
    except (OSError, ValueError, RecursionError):
        return {}
