"""Times the steps of a training, in a way that is valid on every backend."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import keras

__all__ = ["Clock"]


class Clock(keras.callbacks.Callback):  # type: ignore[misc]
    """Reads the time after the first step, and then after every stretch of `every` steps.

    JAX and TensorFlow return results before they are computed: the time is read once the loss has
    been computed, and only now and then, so that they may run ahead as they otherwise do.
    """

    def __init__(self, every: int) -> None:
        super().__init__()
        self.every = every
        self.begun = time.perf_counter()
        self.marks: list[tuple[int, float]] = []

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        done = batch + 1
        if self.marks and done - self.marks[-1][0] < self.every:
            return
        for value in (logs or {}).values():
            keras.ops.convert_to_numpy(value)
        self.marks.append((done, time.perf_counter()))

    @property
    def first(self) -> float:
        """Seconds from the creation of the clock until the first step was done."""
        return self.marks[0][1] - self.begun

    @property
    def stretches(self) -> list[float]:
        """Seconds per step, for each stretch after the first step."""
        pairs = zip(self.marks, self.marks[1:], strict=False)
        return [(after[1] - before[1]) / (after[0] - before[0]) for before, after in pairs]
