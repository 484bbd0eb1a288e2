"""Batch normalization in one kernel, for PyTorch."""

from __future__ import annotations

from typing import Any

import keras
import torch
from torch.nn import functional

from kspec.model.lower.stand_in import StandIn, stands_for
from kspec.model.lower.torch.symbolic import is_symbolic

__all__ = ["BatchNormalization"]


@stands_for(keras.layers.BatchNormalization)
class BatchNormalization(StandIn, keras.layers.BatchNormalization):  # type: ignore[misc]
    """`torch.native_batch_norm`; the moving variance remains that of the batch (biased), as in
    Keras, while `torch.nn.BatchNorm2d` uses the unbiased estimate."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return not layer.renorm and not layer.synchronized and layer.variable_dtype == "float32"

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        # Left to Keras: float16, which it computes in float32, and inputs of another dtype than the
        # outputs, as a layer within TimeDistributed may have.
        known = inputs.dtype in (torch.float32, torch.bfloat16)
        known = known and keras.backend.standardize_dtype(inputs.dtype) == self.compute_dtype
        if mask is not None or is_symbolic(inputs) or not known or not inputs.numel():
            return super().call(inputs, training=training, mask=mask)
        axis = self.axis % inputs.ndim
        x = inputs.movedim(axis, 1) if inputs.ndim > 2 else inputs
        gamma, beta = self.scale_and_shift(inputs.dtype)
        if training and self.trainable:
            y = self.by_the_batch(x, gamma, beta)
        elif torch.is_grad_enabled() and not self.trainable:
            # Frozen between trained layers: the kernel would keep its input for nothing.
            return super().call(inputs, training=training)
        else:
            mean, variance = self.moving_mean.value, self.moving_variance.value
            y = functional.batch_norm(x, mean, variance, gamma, beta, eps=self.epsilon)
        return y.movedim(1, axis) if inputs.ndim > 2 else y

    def scale_and_shift(self, dtype: torch.dtype) -> tuple[Any, Any]:
        """Both or none: for 16-bit inputs the kernel takes the statistics' precision from them."""
        gamma = None if self.gamma is None else self.gamma.value
        beta = None if self.beta is None else self.beta.value
        if dtype == torch.float32:
            return gamma, beta
        gamma = torch.ones_like(self.moving_mean.value) if gamma is None else gamma
        return gamma, torch.zeros_like(gamma) if beta is None else beta

    def by_the_batch(
        self, x: torch.Tensor, gamma: torch.Tensor | None, beta: torch.Tensor | None
    ) -> torch.Tensor:
        """`x` normalized by its own mean and variance; also updates the moving ones."""
        y, mean, inverse = torch.native_batch_norm(
            x, gamma, beta, None, None, True, 0.0, self.epsilon
        )
        with torch.no_grad():
            variance = inverse.pow(-2).sub_(self.epsilon).clamp_(min=0)
            keep = self.momentum
            self.moving_mean.assign(torch.lerp(mean, self.moving_mean.value, keep))
            self.moving_variance.assign(torch.lerp(variance, self.moving_variance.value, keep))
        return y
