"""Transposed convolution without copies, for PyTorch."""

from __future__ import annotations

from typing import Any

import keras
from keras.ops import convert_to_tensor
from torch.nn import functional

from kspec.model.lower.single_pixels import kept, overruns
from kspec.model.lower.stand_in import stands_for
from kspec.model.lower.torch.symbolic import is_symbolic
from kspec.model.lower.torch.view import ChannelsLast, as_picture, back

__all__ = ["Conv2DTranspose"]


@stands_for(keras.layers.Conv2DTranspose)
class Conv2DTranspose(ChannelsLast, keras.layers.Conv2DTranspose):  # type: ignore[misc]
    """`torch.nn.functional.conv_transpose2d` on a view, with the bias in the same kernel.

    Only if no windows overlap, as in the upward path of a U-net: with others it is slower than on
    a copy if the output is cropped afterwards, and versions of Keras crop differently. A kernel of
    one pixel, which may end the process with Keras 3.14, is filled with zeros up to the strides.
    """

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return bool(
            super().claims(layer)
            and (_is_side_by_side(layer) or overruns(layer.kernel.shape, layer.strides))
        )

    def call(self, inputs: Any) -> Any:
        if is_symbolic(inputs):
            return super().call(inputs)
        kernel = convert_to_tensor(self.kernel).permute(3, 2, 0, 1)
        if overruns(self.kernel.shape, self.strides):
            rows, columns = self.strides
            kernel = functional.pad(kernel, (0, columns - 1, 0, rows - 1))
        y = functional.conv_transpose2d(
            as_picture(inputs),
            kernel,
            self.bias.value if self.use_bias else None,
            stride=self.strides,
        )
        y = back(y, inputs.ndim)
        if not _is_side_by_side(self):
            y = y[(slice(None), *kept(self.strides, self.output_padding))]
        return y if self.activation is None else self.activation(y)


def _is_side_by_side(layer: Any) -> bool:
    return layer.output_padding is None and tuple(layer.kernel_size) == tuple(layer.strides)
