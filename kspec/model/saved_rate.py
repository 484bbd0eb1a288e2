"""What a saved model says of a schedule that Keras lacks."""

from __future__ import annotations

from typing import Any

import keras

import kspec.schedules

__all__ = ["save_as_keras"]

_OURS = tuple(getattr(kspec.schedules, name) for name in kspec.schedules.__all__)


def save_as_keras(optimizer: keras.Optimizer) -> None:
    """Let the configuration of `optimizer` hold the present rate where it has a schedule of kspec.

    A model is saved with the configuration of its optimizer, and would open only where kspec is.
    The rate is that of a schedule which always says the same: a number would be a variable of the
    optimizer, whose others could then not be put back.
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
