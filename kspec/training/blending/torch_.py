"""Blending on PyTorch, with `foreach` operations: few kernels for all averages."""

from __future__ import annotations

from typing import Any

import torch

__all__ = ["blend"]


def blend(averages: list[Any], values: list[Any], rate: float) -> list[Any]:
    """See `kspec.training.blending`."""
    with torch.no_grad():
        pairs = zip(averages, values, strict=True)
        near = [value.detach().to(average.dtype) for average, value in pairs]
        return list(torch._foreach_lerp(averages, near, rate))
