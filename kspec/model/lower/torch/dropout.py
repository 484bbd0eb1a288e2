"""Dropout that draws its mask in a tenth of the time, for PyTorch on a CPU."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import torch

from kspec.model.lower.mask import drawable, kept_of
from kspec.model.lower.stand_in import StandIn, stands_for
from kspec.model.lower.torch.symbolic import is_symbolic

__all__ = ["Dropout"]


@stands_for(keras.layers.Dropout)
class Dropout(StandIn, keras.layers.Dropout):  # type: ignore[misc]
    """The mask comes from 16 random bits per element, while `torch.bernoulli_` takes one number of
    its Mersenne Twister for each, one after the other.

    The bits are those of NumPy's SFC64, seeded from PyTorch's own generator, which remains the only
    state. An element is kept with the probability 1 - rate rounded to a multiple of 2**-16, and
    scaled by 1 / (1 - rate) as in Keras.
    """

    @classmethod
    def claims(cls, layer: Any) -> bool:
        # If the layer has a seed of its own, Keras draws from another stream.
        return layer.seed is None and layer.noise_shape is None and drawable(layer.rate)

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training:
            return inputs
        on_processor = not is_symbolic(inputs) and inputs.device.type == "cpu"
        # A callback may change the rate while the network is trained.
        if not on_processor or torch.compiler.is_compiling() or not drawable(self.rate):
            return super().call(inputs, training=training)
        keep = 1 - self.rate
        bits = random_bits(inputs.numel())
        kept = (bits < kept_of(self.rate) - 2**15).view(inputs.shape)
        return inputs * kept.to(inputs.dtype).div_(keep)


def random_bits(count: int) -> torch.Tensor:
    """`count` uniformly distributed numbers, int16."""
    seed = int(torch.randint(2**63 - 1, ()))
    words = np.random.SFC64(seed).random_raw(-(-count // 4))
    return torch.from_numpy(words.view(np.int16)[:count])
