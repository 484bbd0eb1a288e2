"""3D convolutions as 2D convolutions, for JAX on a CPU."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
from keras import ops

from kspec.model.lower.jax.convolution import ChannelsLast
from kspec.model.lower.jax.window import Window, has_sizes
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
        kernel = ops.convert_to_tensor(self.kernel)
        window = Window.of(self, inputs.shape[1:-1])
        if min(window.counts) < 1:
            return super().call(inputs)  # Keras says that the output is empty.
        # As in Keras's convolution, integers take the dtype of the kernel.
        x = ops.convert_to_tensor(inputs, kernel.dtype)
        return self.end(_convolve(x, kernel, window, self.groups))


def _convolve(x: jax.Array, kernel: jax.Array, window: Window, groups: int) -> jax.Array:
    """`x` (n, depth, height, width, c) with `kernel` (\\*window, c of a group, filters).

    16-bit values are summed in 32 bits, as in XLA's convolution.
    """
    (around, *sides), depth = window.padding(x.shape[1:-1]), window.counts[0]
    (stride, *strides), (step, *dilation) = window.strides, window.dilation
    wide = jnp.promote_types(x.dtype, "float32")
    padded = jnp.pad(x.astype(wide), ((0, 0), around, (0, 0), (0, 0), (0, 0)))
    y = jnp.zeros((), wide)
    for place in range(kernel.shape[0]):
        first = place * step
        taken = padded[:, first : first + (depth - 1) * stride + 1 : stride]
        y = y + jax.lax.conv_general_dilated(
            taken.reshape(-1, *taken.shape[2:]),
            kernel[place].astype(wide),
            window_strides=strides,
            padding=sides,
            rhs_dilation=dilation,
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
            feature_group_count=groups,
        )
    return y.reshape(-1, depth, *y.shape[1:]).astype(x.dtype)
