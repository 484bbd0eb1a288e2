"""Pooling without copies, for PyTorch."""

from __future__ import annotations

from typing import Any

import keras
import torch
from torch.nn import functional

from kspec.model.lower.stand_in import StandIn, stands_for
from kspec.model.lower.torch.padding import same_padding
from kspec.model.lower.torch.symbolic import is_symbolic
from kspec.model.lower.torch.view import ChannelsLast, as_picture, back, of_line

__all__ = [
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "GlobalMaxPooling2D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
]


class _MaxPooling(ChannelsLast):
    """`torch.nn.functional.max_pool2d` or `max_pool3d` on a view."""

    def call(self: Any, inputs: Any) -> Any:
        if is_symbolic(inputs) or not inputs.is_floating_point():
            return super().call(inputs)  # type: ignore[misc]
        sizes, strides = of_line(self.pool_size), of_line(self.strides)
        x, padding = as_picture(inputs), [0] * len(sizes)
        if self.padding == "same":
            x, padding = same_padding(x, sizes, strides, value=-float("inf"))
        pool = functional.max_pool3d if inputs.ndim == 5 else functional.max_pool2d
        return back(pool(x, sizes, strides, padding), inputs.ndim)


class _AveragePooling(ChannelsLast):
    """`torch.nn.functional.avg_pool2d` or `avg_pool3d` on a view.

    With "same" it averages only existing pixels, as on the other backends. On PyTorch Keras 3.15
    repeats the edge pixels if one side gets more padding than the other.
    """

    def call(self: Any, inputs: Any) -> Any:
        if is_symbolic(inputs) or not inputs.is_floating_point():
            return super().call(inputs)  # type: ignore[misc]
        sizes, strides = of_line(self.pool_size), of_line(self.strides)
        pool = functional.avg_pool3d if inputs.ndim == 5 else functional.avg_pool2d
        x = as_picture(inputs)
        if self.padding == "valid":
            return back(pool(x, sizes, strides), inputs.ndim)
        padded, padding = same_padding(x, sizes, strides)
        if padded is x:
            y = pool(x, sizes, strides, padding, count_include_pad=False)
        else:
            ones, _ = same_padding(x.new_ones((1, 1, *x.shape[2:])), sizes, strides)
            y = pool(padded, sizes, strides) / pool(ones, sizes, strides)
        return back(y, inputs.ndim)


@stands_for(keras.layers.MaxPooling1D)
class MaxPooling1D(_MaxPooling, keras.layers.MaxPooling1D):  # type: ignore[misc]
    """One spatial dimension, as a picture of one row."""


@stands_for(keras.layers.MaxPooling2D)
class MaxPooling2D(_MaxPooling, keras.layers.MaxPooling2D):  # type: ignore[misc]
    """For two spatial dimensions."""


@stands_for(keras.layers.MaxPooling3D)
class MaxPooling3D(_MaxPooling, keras.layers.MaxPooling3D):  # type: ignore[misc]
    """For three spatial dimensions."""


@stands_for(keras.layers.AveragePooling1D)
class AveragePooling1D(_AveragePooling, keras.layers.AveragePooling1D):  # type: ignore[misc]
    """One spatial dimension, as a picture of one row."""


@stands_for(keras.layers.AveragePooling2D)
class AveragePooling2D(_AveragePooling, keras.layers.AveragePooling2D):  # type: ignore[misc]
    """For two spatial dimensions."""


@stands_for(keras.layers.AveragePooling3D)
class AveragePooling3D(_AveragePooling, keras.layers.AveragePooling3D):  # type: ignore[misc]
    """For three spatial dimensions."""


@stands_for(keras.layers.GlobalMaxPooling2D)
class GlobalMaxPooling2D(StandIn, keras.layers.GlobalMaxPooling2D):  # type: ignore[misc]
    """Its gradient is floating point throughout: PyTorch first counts the maxima as integers."""

    def call(self, inputs: Any) -> Any:
        if is_symbolic(inputs):
            return super().call(inputs)
        axes = (1, 2) if self.data_format == "channels_last" else (2, 3)
        y = _Largest.apply(inputs, axes)
        return y if self.keepdims else y.squeeze(axes)


class _Largest(torch.autograd.Function):  # type: ignore[misc]
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, axes: tuple[int, int]) -> torch.Tensor:
        y = x.amax(axes, keepdim=True)
        ctx.axes = axes
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        """The gradient goes to all of the largest elements in equal parts, as in PyTorch."""
        x, y = ctx.saved_tensors
        hits = torch.eq(x, y, out=torch.empty_like(x))
        count = hits.sum(ctx.axes, keepdim=True, dtype=torch.float32)
        return hits.mul_((gradient / count).to(x.dtype)), None
