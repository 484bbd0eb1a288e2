"""A loop that XLA compiles better for the CPU, for JAX."""

from __future__ import annotations

from typing import Any

import keras

from kspec.model.lower.jax.device import on_processor
from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["GRU"]


@stands_for(keras.layers.GRU)
class GRU(StandIn, keras.layers.GRU):  # type: ignore[misc]
    """Calls its cell in each step, like the other recurrent layers.

    From Keras 3.15 on the input is multiplied before the loop, for all steps at once. XLA hoists
    invariant parts out of a loop by itself, and does better if it is free to choose.
    """

    @classmethod
    def claims(cls, layer: Any) -> bool:
        dropout = layer.dropout or layer.recurrent_dropout
        return on_processor() and layer.use_cudnn is not True and not dropout

    def inner_loop(
        self, sequences: Any, initial_state: Any, mask: Any, training: bool = False
    ) -> Any:
        if isinstance(mask, (list, tuple)):  # With given states: the masks of those are None.
            mask = mask[0]
        return keras.layers.RNN.inner_loop(self, sequences, initial_state, mask, training)
