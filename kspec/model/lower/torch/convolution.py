"""Convolution without copies, for PyTorch."""

from __future__ import annotations

from typing import Any

import keras
from keras.ops import convert_to_tensor
from torch.nn import functional

from kspec.model.lower.stand_in import StandIn, stands_for
from kspec.model.lower.torch.padding import same_padding
from kspec.model.lower.torch.symbolic import is_symbolic

__all__ = ["Conv2D"]


@stands_for(keras.layers.Conv2D)
class Conv2D(StandIn, keras.layers.Conv2D):  # type: ignore[misc]
    """`torch.nn.functional.conv2d` on a view, the bias in the same kernel."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return bool(layer.data_format == "channels_last")

    def call(self, inputs: Any) -> Any:
        if is_symbolic(inputs):
            return super().call(inputs)
        x = inputs.permute(0, 3, 1, 2)
        if x.shape[1] == 1 and len(set(self.strides)) > 1:
            # On such a view of one channel PyTorch 2.13 computes rows of width 1 wrongly.
            x = inputs.reshape(x.shape)
        padding: Any = 0
        if self.padding == "same":
            x, padding = same_padding(x, self.kernel_size, self.strides, self.dilation_rate)
        y = functional.conv2d(
            x,
            convert_to_tensor(self.kernel).permute(3, 2, 0, 1),
            self.bias.value if self.use_bias else None,
            stride=self.strides,
            padding=padding,
            dilation=self.dilation_rate,
            groups=self.groups,
        ).permute(0, 2, 3, 1)
        return y if self.activation is None else self.activation(y)
