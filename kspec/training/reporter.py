"""What a training tells whoever watches it. Loads no framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kspec.runs.record import PhaseResult, Result

__all__ = ["Plan", "Quiet", "Reporter"]


@dataclass(frozen=True)
class Plan:
    """What is about to be trained, where, on what; counts are in samples and steps per epoch.

    Those of `phase`, one of `phases` (from 1), are `steps`, `monitor` and `trained_params`; its
    epochs are `first_epoch` to `epochs`, as they are counted in all phases together. `folder` is
    None for a run that nobody will find afterwards.
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
    """Somebody who watches; the command line has a live table, plain lines, and silence."""

    def note(self, text: str) -> None:
        """A sentence worth reading, before, during or after the training."""

    def begin(self, plan: Plan) -> None:
        """Training starts."""

    def step(self, epoch: int, step: int, values: Callable[[], Mapping[str, float]]) -> None:
        """Step `step` of `epoch` is done (both from 1).

        `values` gives the running loss and metrics, and the learning rate at the epoch's start;
        asking waits for the device, so ask seldom.
        """

    def validating(self, epoch: int) -> None:
        """The training steps of `epoch` are done, validation begins."""

    def epoch(self, row: Mapping[str, float], best_epoch: int | None) -> None:
        """An epoch has ended: its row of the history, and the best epoch so far (from 1)."""

    def phase(self, ended: PhaseResult, plan: Plan) -> None:
        """A phase has ended and the next one begins, which is what `plan` is now about."""

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
