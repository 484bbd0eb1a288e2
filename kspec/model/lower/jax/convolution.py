"""Convolution over few channels as a matrix product, for JAX on a processor."""

from __future__ import annotations

from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import keras

from kspec.model.lower.jax.device import on_processor
from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["Conv2D"]

FEW = 4
"""Channels up to which the product was seen to be faster; with 16 or more it is twice as slow."""


@stands_for(keras.layers.Conv2D)
class Conv2D(StandIn, keras.layers.Conv2D):  # type: ignore[misc]
    """The first layer of a network for pictures: the neighbourhoods side by side, times the kernel.

    The gradient of the kernel, which XLA computes as a convolution with a window as large as the
    picture, is then a product of matrices, too.
    """

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return (
            on_processor()
            and layer.data_format == "channels_last"
            and layer.input_spec.axes[-1] <= FEW
            and layer.groups == 1
            and tuple(layer.strides) == (1, 1)
            and tuple(layer.dilation_rate) == (1, 1)
        )

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        height, width = self.kernel_size
        if self.padding == "same":
            around = [((size - 1) // 2, size // 2) for size in (height, width)]
            inputs = jnp.pad(inputs, ((0, 0), *around, (0, 0)))
        n, h, w, _ = inputs.shape
        h, w = h - height + 1, w - width + 1
        shifted = [inputs[:, i : i + h, j : j + w] for i, j in product(range(height), range(width))]
        patches = jnp.concatenate(shifted, -1).reshape(n * h * w, -1)
        kernel = jnp.asarray(kernel).reshape(-1, self.filters)
        return jnp.matmul(patches, kernel, precision=jax.lax.Precision.DEFAULT).reshape(
            n, h, w, self.filters
        )
