"""What a training reports to whoever watches it. Loads no framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kspec.runs.record import PhaseResult, Result

__all__ = ["Plan", "Quiet", "Reporter"]


@dataclass(frozen=True)
class Plan:
    """What is about to be trained, where and on what; counts are in samples and steps per epoch.

    `steps`, `monitor` and `trained_params` are those of `phase`, one of `phases` (from 1); its
    epochs are `first_epoch` to `epochs`, counted across all phases. `folder` is None for a run that
    is not kept.
    """

    name: str
    folder: Path | None
    backend: str
    why_backend: str
    devices: tuple[str, ...]
    data: str
    train_samples: int
    validation_samples: int
    test_samples: int
    total_params: int
    epochs: int
    steps: int
    monitor: str | None
    phase: int = 1
    phases: int = 1
    first_epoch: int = 1
    trained_params: int | None = None


class Reporter(Protocol):
    """Watches a training; the command line has a live table, plain lines, and silence."""

    def note(self, text: str) -> None:
        """A sentence worth reading, before, during or after the training."""

    def begin(self, plan: Plan) -> None:
        """Training starts."""

    def step(self, epoch: int, step: int, values: Callable[[], Mapping[str, float]]) -> None:
        """Step `step` of `epoch` is done (both from 1).

        `values` returns the running loss and metrics, and the learning rate at the epoch's start;
        it waits for the device, so call it rarely.
        """

    def validating(self, epoch: int) -> None:
        """The training steps of `epoch` are done, validation begins."""

    def epoch(self, row: Mapping[str, float], best_epoch: int | None) -> None:
        """An epoch has ended: its row of the history, and the best epoch so far (from 1)."""

    def phase(self, ended: PhaseResult, plan: Plan) -> None:
        """A phase has ended and the next one, described by `plan`, begins."""

    def end(self, result: Result) -> None:
        """Training and evaluation are over."""


class Quiet:
    """A reporter that says nothing."""

    def note(self, text: str) -> None:
        pass

    def begin(self, plan: Plan) -> None:
        pass

    def step(self, epoch: int, step: int, values: Callable[[], Mapping[str, float]]) -> None:
        pass

    def validating(self, epoch: int) -> None:
        pass

    def epoch(self, row: Mapping[str, float], best_epoch: int | None) -> None:
        pass

    def phase(self, ended: PhaseResult, plan: Plan) -> None:
        pass

    def end(self, result: Result) -> None:
        pass
