"""Depthwise convolution without copies, for PyTorch."""

from __future__ import annotations

from typing import Any

import keras
import torch
from keras.ops import convert_to_tensor
from torch.nn import functional

from kspec.model.lower.stand_in import stands_for
from kspec.model.lower.torch.convolution import convolve
from kspec.model.lower.torch.symbolic import is_symbolic
from kspec.model.lower.torch.view import ChannelsLast, as_picture, back

__all__ = ["DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"]


def by_channel(layer: Any, inputs: torch.Tensor, kernel: Any, bias: Any = None) -> torch.Tensor:
    """Each channel of `inputs` with its own part of `kernel` (\\*sizes, channels, multiplier)."""
    weight = convert_to_tensor(kernel).flatten(-2).unsqueeze(-2)
    return convolve(layer, inputs, weight, bias=bias, groups=inputs.shape[-1])


class _Depthwise(ChannelsLast):
    def call(self: Any, inputs: Any) -> Any:
        if is_symbolic(inputs):
            return super().call(inputs)  # type: ignore[misc]
        y = by_channel(self, inputs, self.kernel, self.bias.value if self.use_bias else None)
        return y if self.activation is None else self.activation(y)


@stands_for(keras.layers.DepthwiseConv1D)
class DepthwiseConv1D(_Depthwise, keras.layers.DepthwiseConv1D):  # type: ignore[misc]
    """One spatial dimension, as a picture of one row."""


@stands_for(keras.layers.DepthwiseConv2D)
class DepthwiseConv2D(_Depthwise, keras.layers.DepthwiseConv2D):  # type: ignore[misc]
    """For two spatial dimensions."""


class _Separable(ChannelsLast):
    def call(self: Any, inputs: Any) -> Any:
        if is_symbolic(inputs):
            return super().call(inputs)  # type: ignore[misc]
        weight = convert_to_tensor(self.pointwise_kernel).movedim(-1, 0)
        y = functional.conv2d(
            as_picture(by_channel(self, inputs, self.depthwise_kernel)),
            as_picture(weight),
            self.bias.value if self.use_bias else None,
        )
        y = back(y, inputs.ndim)
        return y if self.activation is None else self.activation(y)


@stands_for(keras.layers.SeparableConv1D)
class SeparableConv1D(_Separable, keras.layers.SeparableConv1D):  # type: ignore[misc]
    """One spatial dimension, as a picture of one row."""


@stands_for(keras.layers.SeparableConv2D)
class SeparableConv2D(_Separable, keras.layers.SeparableConv2D):  # type: ignore[misc]
    """For two spatial dimensions."""
