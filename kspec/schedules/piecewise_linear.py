"""A learning rate that changes linearly from value to value."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import keras

__all__ = ["PiecewiseLinear"]


@keras.saving.register_keras_serializable(package="kspec")
class PiecewiseLinear(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """A rate of `values[i]` at step `boundaries[i]`, linearly interpolated between them.

    Before the first boundary the rate is the first value, after the last one the last. Two equal
    boundaries make a jump: at that step the rate is the later value. A triangle is
    `boundaries=[0, 230, 1000], values=[0.3, 1.5, 0.1]`, a warm-up to the highest rate and a
    decrease from there, as in "Super-Convergence" (arXiv 1708.07120).

    Args:
        boundaries: Steps in ascending order; equal ones are allowed.
        values: The rate at each of them.
        name: Its name.

    Raises:
        ValueError: there are no boundaries, they descend, or the number of values is different.
    """

    def __init__(
        self,
        boundaries: Sequence[float],
        values: Sequence[float],
        name: str = "PiecewiseLinear",
    ) -> None:
        super().__init__()
        if not boundaries or len(boundaries) != len(values):
            raise ValueError(
                "The `values` argument should have one value for each of the `boundaries`, at "
                f"least one. Received: boundaries={boundaries}, values={values}"
            )
        if any(later < earlier for earlier, later in pairwise(boundaries)):
            raise ValueError(
                "The `boundaries` argument should hold steps in ascending order (two may be "
                f"equal). Received: boundaries={boundaries}"
            )
        self.boundaries = list(boundaries)
        self.values = list(values)
        self.name = name

    def __call__(self, step: Any) -> Any:
        """The rate at `step`, a number or a tensor of any shape; float32."""
        step = keras.ops.cast(step, "float32")
        rate = keras.ops.full_like(step, self.values[0])
        points = zip(self.boundaries, self.values, strict=True)
        for (begins, first), (ends, last) in pairwise(points):
            if ends > begins:
                share = keras.ops.clip((step - begins) / (ends - begins), 0.0, 1.0)
                # (Exact at both ends, as first + share * (last - first) is not.)
                line = first * (1 - share) + last * share
                rate = keras.ops.where(step >= begins, line, rate)
            else:
                rate = keras.ops.where(step >= ends, float(last), rate)
        return rate

    def get_config(self) -> dict[str, Any]:
        return {"boundaries": self.boundaries, "values": self.values, "name": self.name}
