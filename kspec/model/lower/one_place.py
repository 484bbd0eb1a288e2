"""Convolutions whose window has one place, which oneDNN computes wrongly in 16 bits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kspec.model.lower.same import added_around
from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["Conv3D", "convolution", "cut", "may_be_wrong"]


@stands_for(keras.layers.Conv3D)
class Conv3D(StandIn, keras.layers.Conv3D):  # type: ignore[misc]
    """For PyTorch and TensorFlow; JAX has no oneDNN."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        return may_be_wrong(layer)

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        return convolution(self, inputs, kernel)


def may_be_wrong(layer: Any) -> bool:
    """Whether oneDNN may be wrong about `layer`, a convolution, where its window has one place.

    In bfloat16 some results are, with PyTorch 2.13 and TensorFlow 2.21; for instance of 16 channels
    if window and stride are 4 wide. In 16 bits the gradient of the kernel is, too, at what "same"
    adds to a picture smaller than the strides: it is what was in that memory before.
    """
    halves = layer.compute_dtype in ("bfloat16", "float16")
    return bool(halves and max(layer.strides) > 1 and layer.data_format == "channels_last")


def convolution(layer: Any, inputs: Any, kernel: Any) -> Any:
    """What `layer`, a convolution, gives without bias and activation.

    Where its window has one place the inputs (n, \\*sizes, c) are padded and cut to it beforehand,
    for a stride of 1.
    """
    strides, padding = list(layer.strides), layer.padding
    if padding == "causal":
        inputs, padding = ops.pad(inputs, layer._compute_causal_padding()), "valid"
    sizes = inputs.shape[1:-1]
    if may_be_wrong(layer) and None not in sizes:
        said = layer.kernel_size, layer.strides, layer.dilation_rate
        around = added_around(sizes, *said) if padding == "same" else [(0, 0)] * len(sizes)
        whole = [sum(pair, size) for pair, size in zip(around, sizes, strict=True)]
        ends, steps = cut(whole, *said)
        if steps != strides:
            window = (slice(end) for end in ends)
            inputs = ops.pad(inputs, [[0, 0], *around, [0, 0]])[(slice(None), *window)]
            strides, padding = steps, "valid"
    return ops.conv(inputs, kernel, strides, padding, layer.data_format, layer.dilation_rate)


def cut(
    sizes: Sequence[int], kernel: Sequence[int], strides: Sequence[int], dilation: Sequence[int]
) -> tuple[list[int], list[int]]:
    """The `sizes`, padding included, without what is behind the window, and strides of 1, wherever
    the window has one place."""
    found = []
    for size, each, stride, step in zip(sizes, kernel, strides, dilation, strict=True):
        window = (each - 1) * step + 1
        found.append((window, 1) if window <= size < window + stride else (size, stride))
    ends, left = zip(*found, strict=True)
    return list(ends), list(left)
