"""The learning rate over a training that has not started, as Keras will set it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import keras
import numpy as np

from kspec.data.load import load
from kspec.errors import UsageError
from kspec.model.compile import make_recipe
from kspec.runs.read import Run
from kspec.spec.callbacks import rate
from kspec.spec.models import KerasObject, Spec, Training

__all__ = ["PhaseRates", "needs_steps", "phase_rates", "train_samples"]

# The schedule is evaluated at this many steps at first, and again in each of this many rounds
# where the rate jumps between two of them by more than this share of its range.
EVENLY, ROUNDS, JUMP = 400, 4, 0.02
# Keras counts steps in 32 bits.
MOST_STEPS = 2**31 - 1


@dataclass(frozen=True)
class PhaseRates:
    """The learning rate of a phase (from 1) that begins after `begins` epochs.

    `points` are pairs of the number of epochs completed, counted across all phases, and the rate of
    the step that follows; those at the end of an epoch are what the history will show, unless the
    next epoch begins with another rate. `steps` is the number of steps per epoch, None if nothing
    depends on it. `measured` says that a ReduceLROnPlateau may lower the rate, which is not known
    in advance.
    """

    phase: int
    begins: int
    epochs: int
    steps: int | None
    points: tuple[tuple[float, float], ...]
    measured: bool

    def told(self, *, several: bool) -> str:
        """The rates in words; if there are `several` phases, with the number of this one."""
        rates = [value for _, value in self.points]
        epochs = f"{self.epochs:,} epoch{'s' if self.epochs != 1 else ''}"
        length = epochs if self.steps is None else f"{epochs} of {self.steps:,} steps"
        said = f"phase {self.phase}: {length}" if several else length
        if min(rates) == max(rates):
            said += f", {rates[0]:.6g} throughout"
        else:
            said += f", from {rates[0]:.6g} to {rates[-1]:.6g}"
            if max(rates) > max(rates[0], rates[-1]):
                top, value = max(self.points, key=lambda point: point[1])
                said += f", highest {value:.6g} after {top:.4g} epochs"
        return said + ("; ReduceLROnPlateau may lower it" if self.measured else "")


def needs_steps(spec: Spec) -> bool:
    """Whether the rates depend on the number of training samples."""
    return any(
        _has_schedule(phase.optimizer.arguments) and phase.steps_per_epoch is None
        for phase in spec.phases
    )


def train_samples(spec: Spec, run: Run | None = None) -> int:
    """The number of samples that `spec` trains on: from its `run`, or else by loading its data.

    Raises DataError if the data cannot be loaded.
    """
    if run is not None:
        # (Runs of an older kspec do not record it.)
        splits = run.environment.get("data", {}).get("splits")
        if splits is not None:
            return int(splits["train"]["samples"])
    root = spec.root if run is None else run.root
    return len(load(spec.data, seed=spec.seed, inputs=spec.entering, root=root).train)


def phase_rates(spec: Spec, samples: int | None) -> list[PhaseRates]:
    """The rates of each phase of `spec`, which is trained on `samples` samples.

    `samples` may be None unless the spec `needs_steps`. The values are those of Keras on the active
    backend. Raises BuildError for an optimizer that Keras cannot make, and UsageError for more
    steps than it can count.
    """
    found, begins = [], 0
    for number in range(len(spec.phases)):
        here = spec.in_phase(number)
        training = here.training
        optimizer = make_recipe(here, samples=samples)[0]
        steps = None
        if _has_schedule(training.optimizer.arguments):
            steps = training.steps_per_epoch or -(-(samples or 0) // training.batch_size)
            if steps * training.epochs > MOST_STEPS:
                raise UsageError(
                    f"a schedule over {training.epochs:,} epochs of {steps:,} steps: Keras counts "
                    f"no more than {MOST_STEPS:,} steps"
                )
            points = _by_step(optimizer, steps, training.epochs)
        else:
            points = list(_by_epoch(optimizer, training))
        found.append(
            PhaseRates(
                phase=number + 1,
                begins=begins,
                epochs=training.epochs,
                steps=steps,
                points=tuple((begins + at, value) for at, value in points),
                measured=any(each.type == "ReduceLROnPlateau" for each in training.callbacks),
            )
        )
        begins += training.epochs
    return found


def _by_step(
    optimizer: keras.optimizers.Optimizer, steps: int, epochs: int
) -> list[tuple[float, float]]:
    """The schedule of an optimizer at a few hundred steps, closer together where it jumps."""
    schedule = getattr(optimizer, "inner_optimizer", optimizer)._learning_rate
    last = steps * epochs
    values = _asked(schedule, range(last + 1) if last < EVENLY else _evenly(0, last, EVENLY))
    for _ in range(ROUNDS):
        closer = _closer(values)
        if not closer:
            break
        values |= _asked(schedule, closer)
    return [(step / steps, values[step]) for step in sorted(values)]


def _closer(values: Mapping[int, float]) -> list[int]:
    """The next steps to evaluate: between two with very different rates, and around the highest."""
    top, height = max(values, key=lambda step: values[step]), _height(values)
    gaps = [
        (low, high)
        for low, high in pairwise(sorted(values))
        if high - low > 1
        and (abs(values[high] - values[low]) > JUMP * height or top in (low, high))
    ]
    parts = max(EVENLY // max(len(gaps), 1), 2)
    found = {step for low, high in gaps for step in _evenly(low, high, parts)}
    return sorted(found - set(values))


def _height(values: Mapping[int, float]) -> float:
    return max(values.values()) - min(values.values())


def _evenly(low: int, high: int, parts: int) -> list[int]:
    return sorted({low + (high - low) * part // parts for part in range(parts + 1)})


def _asked(schedule: Callable[[Any], Any], steps: Sequence[int]) -> dict[int, float]:
    """The schedule's value at each step: all at once, since JAX compiles each call anew."""
    found = keras.ops.map(schedule, keras.ops.array(list(steps), dtype="int32"))
    return dict(zip(steps, map(float, keras.ops.convert_to_numpy(found)), strict=True))


def _by_epoch(
    optimizer: keras.optimizers.Optimizer, training: Training
) -> Iterator[tuple[float, float]]:
    """The rate at the beginning and end of each epoch, as set by the LearningRateSchedulers."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    now = float(keras.ops.convert_to_numpy(inner.learning_rate))
    schedulers = [each for each in training.callbacks if each.type == "LearningRateScheduler"]
    if not schedulers:
        yield from ((0, now), (training.epochs, now))
        return
    for epoch in range(training.epochs):
        now = _scheduled(schedulers, epoch, now)
        yield from ((epoch, now), (epoch + 1, now))


def _scheduled(schedulers: Sequence[KerasObject], epoch: int, now: float) -> float:
    for scheduler in schedulers:
        now = float(np.float32(rate(scheduler, epoch, now)))  # As a variable of Keras stores it.
    return now


def _has_schedule(arguments: Mapping[str, Any]) -> bool:
    """Whether an optimizer, or its inner optimizer, has a learning rate schedule."""
    return isinstance(arguments.get("learning_rate"), Mapping) or any(
        isinstance(value, Mapping) and _has_schedule(value) for value in arguments.values()
    )
