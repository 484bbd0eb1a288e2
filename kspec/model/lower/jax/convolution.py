"""Convolutions in a form that XLA computes well on the CPU, for JAX."""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import keras
from keras import ops

from kspec.model.lower.jax.device import on_processor
from kspec.model.lower.jax.slices import sum_of_slices
from kspec.model.lower.jax.window import Window, has_sizes
from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = [
    "ChannelsLast",
    "Conv2DTranspose",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "SeparableConv1D",
    "SeparableConv2D",
]

MANY = 49
"""The largest window, in elements, for which sums of slices compile in seconds."""


class ChannelsLast(StandIn):
    @classmethod
    def claims(cls, layer: Any) -> bool:
        return bool(on_processor() and layer.data_format == "channels_last")

    def end(self: Any, y: jax.Array) -> Any:
        """`y` with bias and activation applied."""
        if self.use_bias:
            y = ops.add(y, ops.convert_to_tensor(self.bias))
        return y if self.activation is None else self.activation(y)


@stands_for(keras.layers.Conv2DTranspose)
class Conv2DTranspose(ChannelsLast, keras.layers.Conv2DTranspose):  # type: ignore[misc]
    """If no windows overlap: a matrix product, where XLA would convolve a picture padded with zeros
    between its pixels."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return bool(
            super().claims(layer)
            and layer.output_padding is None
            and tuple(layer.kernel_size) == tuple(layer.strides)
        )

    def call(self, inputs: Any) -> Any:
        kernel = ops.convert_to_tensor(self.kernel)
        if inputs.dtype != kernel.dtype:
            return super().call(inputs)
        n, h, w, c = inputs.shape
        p, q, filters, _ = kernel.shape
        columns = jnp.transpose(kernel, (3, 0, 1, 2)).reshape(c, -1)
        y = (inputs.reshape(-1, c) @ columns).reshape(n, h, w, p, q, filters)
        return self.end(jnp.transpose(y, (0, 1, 3, 2, 4, 5)).reshape(n, h * p, w * q, filters))


class _ByChannel(ChannelsLast):
    """A sum of slices, each times a factor for each channel: XLA has no fast convolution with as
    many groups as channels. Integers are left to Keras, which refuses them."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return bool(super().claims(layer) and math.prod(layer.kernel_size) <= MANY)


class _Depthwise(_ByChannel):
    def call(self: Any, inputs: Any) -> Any:
        kernel = ops.convert_to_tensor(self.kernel)
        if not (has_sizes(inputs) and inputs.dtype == kernel.dtype):
            return super().call(inputs)  # type: ignore[misc]
        return self.end(_by_channel(self, inputs, kernel))


@stands_for(keras.layers.DepthwiseConv1D)
class DepthwiseConv1D(_Depthwise, keras.layers.DepthwiseConv1D):  # type: ignore[misc]
    """For one spatial dimension."""


@stands_for(keras.layers.DepthwiseConv2D)
class DepthwiseConv2D(_Depthwise, keras.layers.DepthwiseConv2D):  # type: ignore[misc]
    """For two spatial dimensions."""


class _Separable(_ByChannel):
    def call(self: Any, inputs: Any) -> Any:
        kernel = ops.convert_to_tensor(self.depthwise_kernel)
        if not (has_sizes(inputs) and inputs.dtype == kernel.dtype):
            return super().call(inputs)  # type: ignore[misc]
        y = _by_channel(self, inputs, kernel)
        return self.end(ops.conv(y, self.pointwise_kernel, data_format=self.data_format))


@stands_for(keras.layers.SeparableConv1D)
class SeparableConv1D(_Separable, keras.layers.SeparableConv1D):  # type: ignore[misc]
    """For one spatial dimension."""


@stands_for(keras.layers.SeparableConv2D)
class SeparableConv2D(_Separable, keras.layers.SeparableConv2D):  # type: ignore[misc]
    """For two spatial dimensions."""


def _by_channel(layer: Any, x: jax.Array, kernel: jax.Array) -> jax.Array:
    """`x` (n, \\*sizes, c) with `kernel` (\\*sizes, c, multiplier), strides etc. from `layer`.

    16-bit values are summed in 32 bits, as in XLA's convolution.
    """
    window = Window.of(layer, x.shape[1:-1])
    if kernel.shape[-1] > 1:
        x = jnp.repeat(x, kernel.shape[-1], axis=-1)
    wide = jnp.promote_types(x.dtype, "float32")
    y = sum_of_slices(x.astype(wide), kernel.reshape(*window.sizes, -1).astype(wide), window)
    return y.astype(x.dtype)
