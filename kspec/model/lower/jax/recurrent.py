"""A loop that XLA compiles better for a processor, for JAX."""

from __future__ import annotations

from typing import Any

import keras

from kspec.model.lower.jax.device import on_processor
from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["GRU"]


@stands_for(keras.layers.GRU)
class GRU(StandIn, keras.layers.GRU):  # type: ignore[misc]
    """Its cell in each step, as the other recurrent layers have it.

    From Keras 3.15 on the input is multiplied before the loop, for all steps at once. XLA takes
    what can be taken out of a loop out of it by itself, and does better where it may choose.
    """

    @classmethod
    def claims(cls, layer: Any) -> bool:
        dropout = layer.dropout or layer.recurrent_dropout
        return on_processor() and layer.use_cudnn is not True and not dropout

    def inner_loop(
        self, sequences: Any, initial_state: Any, mask: Any, training: bool = False
    ) -> Any:
        if isinstance(mask, (list, tuple)):  # With states given: theirs are None.
            mask = mask[0]
        return keras.layers.RNN.inner_loop(self, sequences, initial_state, mask, training)
