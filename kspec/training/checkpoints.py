"""When a checkpoint is written, and how a training goes on from one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from kspec.data.batches import Batches
from kspec.runs.checkpoints import Checkpoint, Position, save
from kspec.spec.models import CheckpointTimes
from kspec.training.averaging import Averaging
from kspec.training.interrupt import StopBetweenSteps
from kspec.training.state import Moment, Training

__all__ = ["Checkpoints"]


class Checkpoints(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes checkpoints, and first of all takes the training up from one.

    It comes after every callback that remembers something and before the one that raises
    `Interrupted`: when `stop` is asked it writes a checkpoint at once.

    A training that goes on within an epoch is given the epoch's last finished batch once more, and
    then everything is set to what the checkpoint says. For the accumulators of the metrics are made
    by the first step, and an epoch of which only the validation is left would have no step at all.

    Keras takes the number of batches from the first epoch for all. So `fit` finishes such an epoch
    alone, and `last`, the checkpoint at its end, is where the next `fit` starts from.
    """

    def __init__(
        self,
        training: Training,
        batches: Batches,
        folder: Path,
        times: CheckpointTimes | None,
        stop: StopBetweenSteps,
        averaging: Averaging | None = None,
    ) -> None:
        super().__init__()
        self.training = training
        self.batches = batches
        self.folder = folder
        self.times = times
        self.stop = stop
        self.averaging = averaging
        self.start: Checkpoint | None = None
        self.last: Checkpoint | None = None
        self._epoch = 0
        self._before: Moment | None = None
        self._replay = False
        self._written = time.monotonic()

    def start_from(self, checkpoint: Checkpoint) -> None:
        """Let the next `fit` begin there; its `initial_epoch` is that of the position."""
        self.start = checkpoint
        epoch, step = checkpoint.position
        self.batches.skip(epoch, max(step - 1, 0))
        # (And once more when it begins: a CSVLogger opens its file then, Keras resets the others.)
        self.training.restore(checkpoint)

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        if self.start is not None:  # Keras's callbacks have just begun anew.
            self.training.restore(self.start)
            self._replay = self.start.position.step > 0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        step = self.batches.skipped + batch + 1
        if self._replay and self.start is not None:
            self._replay = False
            self._sync()
            self.training.restore(self.start, metrics=True)
        elif self._is_due(step):
            self._sync()
            self._save(Position(self._epoch, step))
        if step == self.batches.steps:
            self._sync()
            self._before = self.training.moment()

    def on_test_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        if self.stop.asked and self.times is not None:
            self._sync()
            if self.averaging is not None:  # It may have been asked behind its own look at `stop`.
                self.averaging.put_back()
            self._save(Position(self._epoch, self.batches.steps), self._before)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        times, position = self.times, Position(epoch + 1, 0)
        if times is not None and times.epochs and position.epoch % times.epochs == 0:
            self._save(position)
        if self.batches.skipped:
            self.last = self.training.capture(position)

    def _is_due(self, step: int) -> bool:
        times = self.times
        if times is None:
            return False
        if self.stop.asked:
            return True
        epochs = self._epoch - self.batches.before.epochs
        if times.steps and (epochs * self.batches.steps + step) % times.steps == 0:
            return True
        minutes = (time.monotonic() - self._written) / 60
        return times.minutes is not None and minutes >= times.minutes

    def _save(self, position: Position, moment: Moment | None = None) -> None:
        save(self.folder, self.training.capture(position, moment))
        self._written = time.monotonic()

    def _sync(self) -> None:
        """Between the steps of an epoch JAX has the state, and the model's variables are empty."""
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()
