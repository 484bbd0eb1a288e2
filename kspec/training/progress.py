"""What a training tells whoever watches it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import keras

from kspec.runs.record import Result

__all__ = ["Plan", "Quiet", "Reporter", "StepReports"]


@dataclass(frozen=True)
class Plan:
    """What is about to be trained, where, on what; counts are in samples and steps per epoch."""

    name: str
    folder: Path
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

    def end(self, result: Result) -> None:
        pass


class StepReports(keras.callbacks.Callback):  # type: ignore[misc]
    """Passes Keras's steps on, ten times a second at most: the display must cost no time."""

    INTERVAL = 0.1

    def __init__(self, reporter: Reporter) -> None:
        super().__init__()
        self.reporter = reporter
        self._epoch = 0
        self._learning_rate = 0.0
        self._next = 0.0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._epoch = epoch + 1
        # Between the steps of an epoch JAX has the optimizer's state, and with it the rate.
        self._learning_rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        self._next = 0.0

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + self.INTERVAL
            self.reporter.step(self._epoch, batch + 1, lambda: self._values(logs or {}))

    def on_test_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        self.reporter.validating(self._epoch)

    def _values(self, logs: Mapping[str, Any]) -> dict[str, float]:
        values = {name: float(keras.ops.convert_to_numpy(value)) for name, value in logs.items()}
        return values | {"learning_rate": self._learning_rate}
