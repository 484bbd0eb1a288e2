"""On JAX the model's variables are empty while it trains: the state is in the loop."""

from __future__ import annotations

import keras

__all__ = ["sync"]


def sync(model: keras.Model) -> None:
    """Between two steps, write the state of a training on JAX into the model's variables."""
    if keras.backend.backend() == "jax":
        model.jax_state_sync()
