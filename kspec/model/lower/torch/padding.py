"""The padding that "same" adds at each side of a picture, for PyTorch."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn import functional

__all__ = ["same_padding"]


def same_padding(
    x: torch.Tensor,
    kernel: Sequence[int],
    strides: Sequence[int],
    dilation: Sequence[int] | None = None,
    *,
    value: float = 0.0,
) -> tuple[torch.Tensor, list[int]]:
    """`x` (n, c, \\*sizes), padded if necessary, and the padding that the kernel is to add itself.

    The output has ceil(size / stride) places, and an odd pixel goes after the picture, as in
    TensorFlow (https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2).
    """
    steps = [1] * len(kernel) if dilation is None else dilation
    wanted = [
        max((-(-size // stride) - 1) * stride + (each - 1) * step + 1 - size, 0)
        for size, each, stride, step in zip(x.shape[2:], kernel, strides, steps, strict=True)
    ]
    # With strides larger than a picture of 16-bit values, PyTorch 2.13 returns what was in memory
    # before as the kernel's gradient at the padding that it adds itself.
    oversteps = any(stride > size for size, stride in zip(x.shape[2:], strides, strict=True))
    if all(each % 2 == 0 for each in wanted) and not (oversteps and any(wanted)):
        return x, [each // 2 for each in wanted]
    sides = [side for each in reversed(wanted) for side in (each // 2, each - each // 2)]
    return functional.pad(x, sides, value=value), [0] * len(wanted)
