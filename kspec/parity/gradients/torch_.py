"""Gradients on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

__all__ = ["gradients"]


def gradients(
    function: Callable[[list[Any]], Any], tensors: list[Any], variables: list[Any]
) -> tuple[list[Any], list[Any]]:
    """See `kspec.parity.gradients`."""
    leaves = [tensor.detach().clone().requires_grad_() for tensor in tensors]
    values = [*leaves, *(variable.value for variable in variables)]
    with torch.enable_grad():
        found = torch.autograd.grad(function(leaves), values, allow_unused=True)
    filled = [
        torch.zeros_like(value) if each is None else each
        for each, value in zip(found, values, strict=True)
    ]
    return filled[: len(leaves)], filled[len(leaves) :]
