"""ReLU in the memory of its input, for PyTorch."""

from __future__ import annotations

from typing import Any

import keras
import torch

from kspec.model.lower.overwriting import Overwriting
from kspec.model.lower.stand_in import stands_for

__all__ = ["Activation", "LeakyReLU", "ReLU"]


class _Rectifying(Overwriting):
    """Its gradient takes the output only, whose sign is that of the input."""

    def call(self: Any, inputs: Any) -> Any:
        if not self.overwrites:
            return super().call(inputs)  # type: ignore[misc]
        return _Rectified.apply(inputs, getattr(self, "negative_slope", 0.0))


@stands_for(keras.layers.ReLU)
class ReLU(_Rectifying, keras.layers.ReLU):  # type: ignore[misc]
    """Without a largest value, a slope or a threshold."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return layer.max_value is None and not layer.negative_slope and not layer.threshold


@stands_for(keras.layers.LeakyReLU)
class LeakyReLU(_Rectifying, keras.layers.LeakyReLU):  # type: ignore[misc]
    """With a slope that keeps the sign."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return bool(layer.negative_slope > 0)


@stands_for(keras.layers.Activation)
class Activation(_Rectifying, keras.layers.Activation):  # type: ignore[misc]
    """For "relu"."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return layer.activation is keras.activations.relu


class _Rectified(torch.autograd.Function):  # type: ignore[misc]
    """As `relu_` or `leaky_relu_`.

    Those, on the view that a channels-last tensor is, would have autograd copy it, once forward
    and once backward. A detached one still counts as a change of its original, so that autograd
    refuses gradients for which somebody kept that.
    """

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, slope: float) -> torch.Tensor:
        y = x.detach()
        y = torch.nn.functional.leaky_relu_(y, slope) if slope else torch.relu_(y)
        ctx.save_for_backward(y)
        ctx.slope = slope
        return y

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        (y,) = ctx.saved_tensors
        if ctx.slope:
            return torch.ops.aten.leaky_relu_backward(gradient, y, ctx.slope, True), None
        return torch.ops.aten.threshold_backward(gradient, y, 0), None
