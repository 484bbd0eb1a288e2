"""Layer normalization over the right axes, for PyTorch."""

from __future__ import annotations

from typing import Any

import keras
import torch
from torch.nn import functional

from kspec.model.lower.stand_in import StandIn, stands_for
from kspec.model.lower.torch.symbolic import is_symbolic

__all__ = ["LayerNormalization"]


@stands_for(keras.layers.LayerNormalization)
class LayerNormalization(StandIn, keras.layers.LayerNormalization):  # type: ignore[misc]
    """If its axes are not the last ones, moves them to the end and back again.

    Keras 3.15 passes the sizes of its axes to PyTorch's kernel, which normalizes the last axes: it
    fails, or if the last axes have the same sizes silently normalizes those.
    """

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return not layer.rms_scaling

    def call(self, inputs: Any) -> Any:
        count = len(self.axis)
        axes = [axis % inputs.ndim for axis in self.axis]
        last = list(range(inputs.ndim - count, inputs.ndim))
        if is_symbolic(inputs) or axes == last or axes != sorted(axes):
            return super().call(inputs)
        x = inputs.to(torch.promote_types(inputs.dtype, torch.float32)).movedim(axes, last)
        gamma, beta = (
            None if each is None else each.value.to(x.dtype) for each in (self.gamma, self.beta)
        )
        y = functional.layer_norm(x, x.shape[-count:], gamma, beta, self.epsilon)
        return keras.ops.cast(y.movedim(last, axes).to(inputs.dtype), self.compute_dtype)
