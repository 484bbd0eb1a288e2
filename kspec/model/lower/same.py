"""What "same" adds around a picture, and what of it a window with strides covers."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["added_around", "cut", "oversteps"]


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


def cut(
    sizes: Sequence[int],
    kernel: Sequence[int],
    strides: Sequence[int],
    dilation: Sequence[int] | None = None,
) -> tuple[list[int], list[int]]:
    """The `sizes`, padding included, without what is behind the window, and strides of 1, wherever
    the window has one place.

    There oneDNN computes some convolutions in bfloat16 wrongly, with PyTorch 2.13 and TensorFlow
    2.21; for instance one of 16 channels whose window and stride are 4 wide.
    """
    steps = [1] * len(kernel) if dilation is None else dilation
    found = []
    for size, each, stride, step in zip(sizes, kernel, strides, steps, strict=True):
        window = (each - 1) * step + 1
        found.append((window, 1) if window <= size < window + stride else (size, stride))
    ends, left = zip(*found, strict=True)
    return list(ends), list(left)


def oversteps(sizes: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether a stride is larger than a picture that has pixels.

    With 16-bit values oneDNN is then wrong about the gradient of the kernel at what it adds itself:
    PyTorch 2.13 and TensorFlow 2.21 return what was in that memory before.
    """
    return any(0 < size < stride for size, stride in zip(sizes, strides, strict=True))
