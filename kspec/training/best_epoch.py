"""When to stop, and which epoch to keep: two separate questions."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from kspec.spec.models import EarlyStopping
from kspec.spec.monitors import better_way

__all__ = ["BestEpoch", "Stopping", "is_better"]


def is_better(value: float, than: float | None, way: str, min_delta: float = 0.0) -> bool:
    """Whether `value` improves on `than` by more than `min_delta`; NaN is worse than anything."""
    if math.isnan(value):
        return False
    if than is None or math.isnan(than):
        return True
    return value < than - min_delta if way == "min" else value > than + min_delta


class BestEpoch(keras.callbacks.Callback):  # type: ignore[misc]
    """Remembers the weights of the best epoch according to one monitor.

    `epoch` (from 0) and `value` are None until there has been a value that is not NaN; `is_new`
    says whether the last finished epoch is the best so far. `give` puts the weights into a model.
    """

    def __init__(self, monitor: EarlyStopping) -> None:
        super().__init__()
        self.monitor = monitor.monitor
        self.way = better_way(monitor.monitor, monitor.mode) or "min"
        self.value: float | None = None
        self.epoch: int | None = None
        self.is_new = False
        self._weights: list[np.ndarray] = []

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        value = float((logs or {})[self.monitor])
        self.is_new = is_better(value, self.value, self.way)
        if self.is_new:
            self.value, self.epoch = value, epoch
            self._weights = self.model.get_weights()

    def give(self, model: keras.Model) -> None:
        """Give `model` the best epoch's weights; if there is none, leave it unchanged."""
        if self.epoch is not None:
            model.set_weights(self._weights)

    def state(self) -> tuple[dict[str, Any], Sequence[np.ndarray]]:
        monitor = [self.monitor, self.way]
        return {"monitor": monitor, "epoch": self.epoch, "value": self.value}, self._weights

    def restore(self, state: dict[str, Any], arrays: Sequence[np.ndarray]) -> None:
        """Restore the best epoch, unless it was found by a different monitor."""
        if state["monitor"] == [self.monitor, self.way]:
            self.epoch, self.value = state["epoch"], state["value"]
            self._weights = list(arrays)


class Stopping(keras.callbacks.Callback):  # type: ignore[misc]
    """Stops the training when any one of its monitors runs out of patience.

    For each, it counts the epochs since the value last improved by more than `min_delta` (and, with
    a `baseline`, was better than that). Epochs before `start_from_epoch`, counted from epoch
    `begins` of the training, do not count. `stopped_by` names the monitor that stopped it.
    """

    def __init__(self, monitors: tuple[EarlyStopping, ...], begins: int = 0) -> None:
        super().__init__()
        self.monitors = monitors
        self.begins = begins
        self.best: list[float | None] = [None] * len(monitors)
        self.waited = [0] * len(monitors)
        self.stopped_by: str | None = None

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        for index, monitor in enumerate(self.monitors):
            if epoch - self.begins < monitor.start_from_epoch:
                continue
            value = float((logs or {})[monitor.monitor])
            way = better_way(monitor.monitor, monitor.mode) or "min"
            self.waited[index] += 1
            if is_better(value, self.best[index], way, abs(monitor.min_delta)):
                self.best[index] = value
                if is_better(value, monitor.baseline, way):
                    self.waited[index] = 0
            if self.waited[index] >= max(monitor.patience, 1) and self.stopped_by is None:
                self.stopped_by = monitor.monitor
                self.model.stop_training = True

    def state(self) -> tuple[dict[str, Any], Sequence[np.ndarray]]:
        counts = [
            {"monitor": monitor.model_dump(mode="json"), "best": best, "waited": waited}
            for monitor, best, waited in zip(self.monitors, self.best, self.waited, strict=True)
        ]
        return {"counts": counts, "stopped_by": self.stopped_by}, ()

    def restore(self, state: dict[str, Any], arrays: Sequence[np.ndarray]) -> None:
        """Restore the counts; a monitor that has been changed since then starts afresh."""
        self.stopped_by = state["stopped_by"]
        kept = {json.dumps(count["monitor"]): count for count in state["counts"]}
        for index, monitor in enumerate(self.monitors):
            count = kept.get(json.dumps(monitor.model_dump(mode="json")))
            self.best[index] = count["best"] if count else None
            self.waited[index] = count["waited"] if count else 0
