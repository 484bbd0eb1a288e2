"""How a learning rate schedule that Keras lacks is saved with a model."""

from __future__ import annotations

from typing import Any

import keras

import kspec.schedules

__all__ = ["save_as_keras"]

_OURS = tuple(getattr(kspec.schedules, name) for name in kspec.schedules.__all__)


def save_as_keras(optimizer: keras.Optimizer) -> None:
    """If `optimizer` has a kspec schedule, save the current rate in its configuration instead.

    A model is saved with the configuration of its optimizer, and could otherwise be opened only
    where kspec is installed. The rate is saved as a constant schedule: a plain number would become
    a variable of the optimizer, whose other variables could then not be restored.
    """
    inner = getattr(optimizer, "inner_optimizer", optimizer)  # Within a LossScaleOptimizer.
    if not isinstance(inner._learning_rate, _OURS):
        return
    original = inner.get_config

    def get_config() -> dict[str, Any]:
        rate = float(keras.ops.convert_to_numpy(inner.learning_rate))
        always = keras.optimizers.schedules.PiecewiseConstantDecay([0], [rate, rate])
        return {**original(), "learning_rate": keras.saving.serialize_keras_object(always)}

    inner.get_config = get_config
