"""When a checkpoint is written, and how a training is resumed from one."""

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
from kspec.training.jax_state import sync
from kspec.training.state import Moment, Training

__all__ = ["Checkpoints"]


class Checkpoints(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes checkpoints, and first restores the training from one if it is resumed.

    It comes after every callback that has state and before the one that raises `Interrupted`: when
    `stop` is requested it writes a checkpoint at once.

    A training that is resumed within an epoch is given the last finished batch of that epoch once
    more, and then everything is set to the state in the checkpoint: the accumulators of the metrics
    are created by the first step, and an epoch of which only the validation is left would have no
    step at all.

    Keras takes the number of batches of the first epoch for all epochs. So `fit` finishes such an
    epoch on its own, and the next `fit` starts from `last`, the checkpoint at its end.
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
        """Let the next `fit` start from there; its `initial_epoch` must be the position's epoch."""
        self.start = checkpoint
        epoch, step = checkpoint.position
        self.batches.skip(epoch, max(step - 1, 0))
        # (Restored again in on_train_begin: a CSVLogger opens its file then, others are reset.)
        self.training.restore(checkpoint)

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        if self.start is not None:  # Keras's callbacks have just been reset.
            self.training.restore(self.start)
            self._replay = self.start.position.step > 0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        step = self.batches.skipped + batch + 1
        replayed, self._replay = self.start if self._replay else None, False
        if replayed is not None:
            sync(self.model)
            self.training.restore(replayed, metrics=True)
        if step == self.batches.steps:
            sync(self.model)
            self._before = self.training.moment()
        # (Last, since a request to stop may come while the metrics are read.)
        if replayed is None and self._is_due(step):
            sync(self.model)
            self._save(Position(self._epoch, step))

    def on_test_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        if self.stop.asked and self.times is not None:
            sync(self.model)
            if self.averaging is not None:  # `stop` may have been set after it last looked.
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
