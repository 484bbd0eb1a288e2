"""An average of the weights, which is validated and kept instead of the weights themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Any

import keras
import numpy as np

from kspec.data.batches import Batches
from kspec.spec.models import Averaging as Wanted
from kspec.training.blending import blend
from kspec.training.interrupt import StopBetweenSteps
from kspec.training.jax_state import sync

__all__ = ["Averaging", "Raw", "nothing_taken", "takes"]


def takes(wanted: Wanted, steps: int) -> range:
    """The steps of a phase of `steps` steps, counted from 1, after which the weights are taken."""
    begins = ceil(Fraction(str(wanted.start)) * steps)
    return range(begins + wanted.every, steps + 1, wanted.every)


def nothing_taken(wanted: Wanted | None, steps: int) -> str | None:
    """A message if a phase of `steps` steps ends before any weights are taken, or None."""
    if wanted is None or takes(wanted, steps):
        return None
    first = takes(wanted, steps).start
    return (
        f"averaging takes no weights: it would first take those after step {first}, but there are "
        f"only {steps} steps"
    )


class Averaging(keras.callbacks.Callback):  # type: ignore[misc]
    """Averages the weights after some steps; at the end of an epoch the average replaces them.

    The average is over all float weights, including the statistics of BatchNormalization: with a
    momentum an exponential one that starts with the first weights taken, without one the mean of
    all that were taken (Izmailov et al., arXiv 1803.05407). It is for a phase of `epochs` epochs.
    This callback comes before every callback that looks at the weights at the end of an epoch;
    `raw` comes after those and puts the model's own weights back, with which training continues.
    Until something has been taken, the model keeps its own weights. If `stop` is requested during
    validation, they are put back at once.
    """

    def __init__(
        self, wanted: Wanted, batches: Batches, epochs: int, stop: StopBetweenSteps
    ) -> None:
        super().__init__()
        self.wanted = wanted
        self.batches = batches
        self.takes = takes(wanted, epochs * batches.steps)
        self.stop = stop
        self.raw = Raw(self)
        self.taken = 0
        self._averages: list[Any] = []
        self._own: list[Any] | None = None
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._epoch = epoch - self.batches.before.epochs

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        step = self._epoch * self.batches.steps + self.batches.skipped + batch + 1
        if step in self.takes:
            sync(self.model)
            self._take()

    def on_test_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        self._stand_in()

    def on_test_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        if self.stop.asked:
            sync(self.model)
            self.put_back()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._stand_in()

    def put_back(self) -> None:
        """Give the model its own weights back, if the average has replaced them."""
        if self._own is not None:
            _assign(self.model, self._own)
            self._own = None

    def give(self, model: keras.Model) -> None:
        """Give `model` the average for good; if nothing has been taken, leave it unchanged."""
        self._own = None
        if self.taken:
            _assign(model, self._averages)

    def state(self) -> tuple[dict[str, Any], Sequence[np.ndarray]]:
        averages = [np.array(keras.ops.convert_to_numpy(average)) for average in self._averages]
        return {"taken": self.taken}, averages

    def restore(self, state: dict[str, Any], arrays: Sequence[np.ndarray]) -> None:
        self.taken = state["taken"]
        self._averages = [keras.ops.convert_to_tensor(array) for array in arrays]
        self._own = None

    def _take(self) -> None:
        values = [weight.value for weight in _weights(self.model)]
        self.taken += 1
        if self.taken == 1:
            self._averages = [keras.ops.zeros(each.shape, _wide(each.dtype)) for each in values]
        momentum = self.wanted.momentum
        rate = 1 / self.taken if momentum is None or self.taken == 1 else 1 - momentum
        self._averages = blend(self._averages, values, rate)

    def _stand_in(self) -> None:
        if self.taken and self._own is None:
            self._own = [keras.ops.copy(weight.value) for weight in _weights(self.model)]
            _assign(self.model, self._averages)


class Raw(keras.callbacks.Callback):  # type: ignore[misc]
    """Puts the model's own weights back at the end of an epoch."""

    def __init__(self, averaging: Averaging) -> None:
        super().__init__()
        self.averaging = averaging

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        self.averaging.put_back()


def _weights(model: keras.Model) -> list[Any]:
    return [each for each in model.weights if keras.backend.is_float_dtype(each.dtype)]


def _wide(dtype: Any) -> str:
    """The dtype to average in: in 16 bits a small step would be lost."""
    name = keras.backend.standardize_dtype(dtype)
    return "float32" if name in ("float16", "bfloat16") else name


def _assign(model: keras.Model, values: Sequence[Any]) -> None:
    for weight, value in zip(_weights(model), values, strict=True):
        # A copy, since JAX donates the arrays of the variables in each step.
        weight.assign(keras.ops.copy(value))
