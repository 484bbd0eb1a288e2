"""Schedule-free AdamW, on backends where variables are changed in place."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["ScheduleFreeAdamW"]


@stands_for(keras.optimizers.ScheduleFreeAdamW)
class ScheduleFreeAdamW(StandIn, keras.optimizers.ScheduleFreeAdamW):  # type: ignore[misc]
    """As in the paper (Defazio et al. 2024, arXiv 2405.15682), and in Keras on JAX.

    Keras 3.15 keeps a reference to the old `z`, which on PyTorch and TensorFlow has already been
    updated when it is used.
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """`variable` is y, where gradients are taken; `momentum` is z, and x, the average, follows
        from both: y = (1 - beta_1) z + beta_1 x."""
        dtype = variable.dtype
        step = ops.cast(self.iterations + 1, dtype)
        rate, gradient = ops.cast(learning_rate, dtype), ops.cast(gradient, dtype)
        if self.warmup_steps > 0:
            rate = rate * ops.minimum(step / ops.cast(self.warmup_steps, dtype), 1.0)
        place = self._get_variable_index(variable)
        momentum, velocity = self._momentums[place], self._velocities[place]
        x = (variable - (1 - self.beta_1) * momentum) / self.beta_1
        self.assign_add(velocity, (ops.square(gradient) - velocity) * (1 - self.beta_2))
        corrected = velocity / (1 - ops.power(ops.cast(self.beta_2, dtype), step))
        self.assign_sub(momentum, rate * gradient / (ops.sqrt(corrected) + self.epsilon))
        x = x + (momentum - x) / step
        self.assign(variable, (1 - self.beta_1) * momentum + self.beta_1 * x)
