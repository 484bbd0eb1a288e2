"""Upsampling without copies, for PyTorch."""

from __future__ import annotations

from typing import Any

import keras
from torch.nn import functional

from kspec.model.lower.stand_in import stands_for
from kspec.model.lower.torch.symbolic import is_symbolic
from kspec.model.lower.torch.view import ChannelsLast, as_picture, back

__all__ = ["UpSampling2D"]


@stands_for(keras.layers.UpSampling2D)
class UpSampling2D(ChannelsLast, keras.layers.UpSampling2D):  # type: ignore[misc]
    """Pixels repeated in both directions at once, by `torch.nn.functional.interpolate`."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return bool(super().claims(layer) and layer.interpolation == "nearest")

    def call(self, inputs: Any) -> Any:
        if is_symbolic(inputs) or not inputs.is_floating_point():
            return super().call(inputs)
        x = as_picture(inputs)
        size = [side * times for side, times in zip(x.shape[2:], self.size, strict=True)]
        # ("nearest" picks the pixel before the right one where a quotient is rounded down.)
        return back(functional.interpolate(x, size, mode="nearest-exact"), inputs.ndim)
