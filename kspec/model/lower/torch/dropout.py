"""Dropout that draws its mask in a tenth of the time, for PyTorch on a processor."""

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
    """The mask from 16 random bits an element, where `torch.bernoulli_` takes one number of its
    Mersenne Twister for each, one after the other.

    The bits are those of NumPy's SFC64, whose seed is drawn from PyTorch's own generator: that
    remains all the state there is. An element is kept with the probability 1 - rate rounded to a
    multiple of 2**-16, and scaled by 1 / (1 - rate) as Keras does.
    """

    @classmethod
    def claims(cls, layer: Any) -> bool:
        # With a seed of its own, Keras has another stream for the layer.
        return layer.seed is None and layer.noise_shape is None and drawable(layer.rate)

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training:
            return inputs
        if is_symbolic(inputs) or inputs.device.type != "cpu" or torch.compiler.is_compiling():
            return super().call(inputs, training=training)
        keep = 1 - self.rate
        bits = random_bits(inputs.numel())
        kept = (bits < kept_of(self.rate) - 2**15).view(inputs.shape)
        return inputs * kept.to(inputs.dtype).div_(keep)


def random_bits(count: int) -> torch.Tensor:
    """`count` numbers, int16, each equally likely."""
    seed = int(torch.randint(2**63 - 1, ()))
    words = np.random.SFC64(seed).random_raw(-(-count // 4))
    return torch.from_numpy(words.view(np.int16)[:count])
