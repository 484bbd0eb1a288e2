"""Reports the steps of a training to its reporter."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import keras

from kspec.data.batches import Batches
from kspec.spec.models import Spec
from kspec.spec.monitors import in_order
from kspec.training.reporter import Reporter

__all__ = ["StepReports"]


class StepReports(keras.callbacks.Callback):  # type: ignore[misc]
    """Passes Keras's steps on, at most ten times a second: the display must cost no time."""

    INTERVAL = 0.1

    def __init__(self, reporter: Reporter, batches: Batches, spec: Spec) -> None:
        super().__init__()
        self.batches = batches
        self.reporter = reporter
        self.spec = spec
        self._epoch = 0
        self._learning_rate = 0.0
        self._next = 0.0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._epoch = epoch + 1
        # Within an epoch JAX holds the optimizer's state, and with it the learning rate.
        self._learning_rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        self._next = 0.0

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + self.INTERVAL
            step = self.batches.skipped + batch + 1
            self.reporter.step(self._epoch, step, lambda: self._values(logs or {}))

    def on_test_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        self.reporter.validating(self._epoch)

    def _values(self, logs: Mapping[str, Any]) -> dict[str, float]:
        values = {name: float(keras.ops.convert_to_numpy(value)) for name, value in logs.items()}
        return in_order(values, self.spec) | {"learning_rate": self._learning_rate}
