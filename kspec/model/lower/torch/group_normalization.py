"""Group normalization in one kernel, for PyTorch."""

from __future__ import annotations

from typing import Any

import keras
import torch

from kspec.model.lower.stand_in import StandIn, stands_for
from kspec.model.lower.torch.symbolic import is_symbolic
from kspec.model.lower.torch.view import as_picture, back

__all__ = ["GroupNormalization"]

FEW = 4
"""The number of channels per group from which PyTorch's kernel is faster."""


@stands_for(keras.layers.GroupNormalization)
class GroupNormalization(StandIn, keras.layers.GroupNormalization):  # type: ignore[misc]
    """`torch.group_norm` on a view, in float32 as in Keras."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        ndim, (channels,) = layer.input_spec.ndim, layer.input_spec.axes.values()
        return layer.axis in (-1, ndim - 1) and channels >= FEW * layer.groups

    def call(self, inputs: Any) -> Any:
        if is_symbolic(inputs) or inputs.dtype == torch.float64:
            return super().call(inputs)
        x = as_picture(inputs).float()
        if not x.requires_grad:
            # On a view that needs no gradient, PyTorch 2.13 crashes in the gradient of gamma.
            x = x.contiguous()
        gamma, beta = (
            None if each is None else each.value.float() for each in (self.gamma, self.beta)
        )
        # The kernel's gradient needs both or neither.
        if gamma is None and beta is not None:
            gamma = torch.ones_like(beta)
        elif beta is None and gamma is not None:
            beta = torch.zeros_like(gamma)
        y = torch.group_norm(x, self.groups, gamma, beta, self.epsilon)
        return keras.ops.cast(back(y, inputs.ndim).to(inputs.dtype), self.compute_dtype)
