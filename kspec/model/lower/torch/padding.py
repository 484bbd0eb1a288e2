"""The padding that "same" adds at each side of a picture, for PyTorch."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn import functional

from kspec.model.lower.same import added_around, oversteps

__all__ = ["same_padding"]


def same_padding(
    x: torch.Tensor,
    kernel: Sequence[int],
    strides: Sequence[int],
    dilation: Sequence[int] | None = None,
    *,
    value: float = 0.0,
) -> tuple[torch.Tensor, list[int]]:
    """`x` (n, c, \\*sizes), padded if necessary, and what the kernel is to add itself."""
    around = added_around(x.shape[2:], kernel, strides, dilation)
    even = all(before == after for before, after in around)
    if even and not (oversteps(x.shape[2:], strides) and any(map(any, around))):
        return x, [before for before, _ in around]
    sides = [side for pair in reversed(around) for side in pair]
    return functional.pad(x, sides, value=value), [0] * len(around)
