"""3D convolutions as 2D convolutions, for JAX on a CPU."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
from keras import ops

from kspec.model.lower.jax.convolution import ChannelsLast
from kspec.model.lower.jax.slices import has_sizes
from kspec.model.lower.stand_in import stands_for

__all__ = ["Conv3D"]

DEEP = 7
"""The largest depth of a window for which that many convolutions compile in seconds."""


@stands_for(keras.layers.Conv3D)
class Conv3D(ChannelsLast, keras.layers.Conv3D):  # type: ignore[misc]
    """A sum of 2D convolutions, one for each depth in the window: for those XLA uses Eigen."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return bool(super().claims(layer) and layer.kernel_size[0] <= DEEP)

    def call(self, inputs: Any) -> Any:
        if not has_sizes(inputs):
            return super().call(inputs)
        return self.end(_convolve(self, inputs, ops.convert_to_tensor(self.kernel)))


def _convolve(layer: Any, x: jax.Array, kernel: jax.Array) -> jax.Array:
    """`x` (n, depth, height, width, c) with `kernel` (\\*window, c of a group, filters).

    16-bit values are summed in 32 bits, as in XLA's convolution.
    """
    sizes, strides, dilation = layer.kernel_size, layer.strides, layer.dilation_rate
    spans = [(size - 1) * step + 1 for size, step in zip(sizes, dilation, strict=True)]
    around, *sides = jax.lax.padtype_to_pads(x.shape[1:-1], spans, strides, layer.padding.upper())
    depth = (x.shape[1] + sum(around) - spans[0]) // strides[0] + 1
    wide = jnp.promote_types(x.dtype, "float32")
    padded = jnp.pad(x.astype(wide), ((0, 0), around, (0, 0), (0, 0), (0, 0)))
    y = jnp.zeros((), wide)
    for place in range(sizes[0]):
        first = place * dilation[0]
        taken = padded[:, first : first + (depth - 1) * strides[0] + 1 : strides[0]]
        y = y + jax.lax.conv_general_dilated(
            taken.reshape(-1, *taken.shape[2:]),
            kernel[place].astype(wide),
            window_strides=strides[1:],
            padding=sides,
            rhs_dilation=dilation[1:],
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
            feature_group_count=layer.groups,
        )
    return y.reshape(-1, depth, *y.shape[1:]).astype(x.dtype)
