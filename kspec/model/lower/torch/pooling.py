"""Pools without copies, for PyTorch."""

from __future__ import annotations

from typing import Any

import keras
from torch.nn import functional

from kspec.model.lower.stand_in import StandIn, stands_for
from kspec.model.lower.torch.padding import same_padding
from kspec.model.lower.torch.symbolic import is_symbolic

__all__ = ["AveragePooling2D", "MaxPooling2D"]


@stands_for(keras.layers.MaxPooling2D)
class MaxPooling2D(StandIn, keras.layers.MaxPooling2D):  # type: ignore[misc]
    """`torch.nn.functional.max_pool2d` on a view."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return bool(layer.data_format == "channels_last")

    def call(self, inputs: Any) -> Any:
        if is_symbolic(inputs):
            return super().call(inputs)
        x, padding = inputs.permute(0, 3, 1, 2), [0, 0]
        if self.padding == "same":
            x, padding = same_padding(x, self.pool_size, self.strides, value=-float("inf"))
        return functional.max_pool2d(x, self.pool_size, self.strides, padding).permute(0, 2, 3, 1)


@stands_for(keras.layers.AveragePooling2D)
class AveragePooling2D(StandIn, keras.layers.AveragePooling2D):  # type: ignore[misc]
    """`torch.nn.functional.avg_pool2d` on a view."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        # With "same", Keras's average on PyTorch is another one where the padding is odd.
        return bool(layer.data_format == "channels_last" and layer.padding == "valid")

    def call(self, inputs: Any) -> Any:
        if is_symbolic(inputs):
            return super().call(inputs)
        x = inputs.permute(0, 3, 1, 2)
        return functional.avg_pool2d(x, self.pool_size, self.strides).permute(0, 2, 3, 1)
