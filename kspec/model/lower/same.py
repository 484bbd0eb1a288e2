"""What "same" adds around a picture."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["added_around", "oversteps"]


def added_around(
    sizes: Sequence[int],
    kernel: Sequence[int],
    strides: Sequence[int],
    dilation: Sequence[int] | None = None,
) -> list[tuple[int, int]]:
    """How many pixels come before and after each of `sizes`.

    The output has ceil(size / stride) places, and an odd pixel goes after the picture, as in
    TensorFlow (https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2).
    """
    steps = [1] * len(kernel) if dilation is None else dilation
    wanted = [
        max((-(-size // stride) - 1) * stride + (each - 1) * step + 1 - size, 0)
        for size, each, stride, step in zip(sizes, kernel, strides, steps, strict=True)
    ]
    return [(each // 2, each - each // 2) for each in wanted]


def oversteps(sizes: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether a stride is larger than a picture that has pixels.

    With 16-bit values oneDNN is then wrong about the gradient of the kernel at what it adds itself:
    PyTorch 2.13 and TensorFlow 2.21 return what was in that memory before.
    """
    return any(0 < size < stride for size, stride in zip(sizes, strides, strict=True))
