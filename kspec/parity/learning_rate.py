"""A learning rate for smaller batches."""

from __future__ import annotations

from typing import Any

import keras

__all__ = ["scale_learning_rate"]


def scale_learning_rate(optimizer: keras.Optimizer, factor: float) -> None:
    """Multiply the learning rate of `optimizer`, which may be a schedule.

    It is scaled in proportion to the batch size, as in "Accurate, Large Minibatch SGD" (arXiv
    1706.02677): with the rate that a spec has for 128 samples, training with batches of 8 may
    diverge, and then there is nothing to compare.
    """
    inner = getattr(optimizer, "inner_optimizer", optimizer)  # Within a LossScaleOptimizer.
    current = inner._learning_rate
    if isinstance(current, keras.optimizers.schedules.LearningRateSchedule):
        inner.learning_rate = Scaled(current, factor)
    else:
        inner.learning_rate = float(keras.ops.convert_to_numpy(current)) * factor


class Scaled(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Another schedule, multiplied by a factor."""

    def __init__(self, schedule: Any, factor: float) -> None:
        super().__init__()
        self.schedule = schedule
        self.factor = factor

    def __call__(self, step: Any) -> Any:
        return self.schedule(step) * self.factor

    def get_config(self) -> dict[str, Any]:
        return {"schedule": self.schedule, "factor": self.factor}
