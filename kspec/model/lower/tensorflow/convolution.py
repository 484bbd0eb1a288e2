"""Convolutions that oneDNN computes right and fast, for TensorFlow on a CPU."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import ops

from kspec.model.lower.same import added_around, cut
from kspec.model.lower.single_pixels import overruns
from kspec.model.lower.stand_in import StandIn, stands_for
from kspec.model.lower.tensorflow.device import on_processor

__all__ = ["Conv1D", "Conv2D"]


class _Convolution(StandIn):
    """Drops the pixels that strides pass over, where oneDNN must not see them.

    Adds the bias by a plain sum: Keras has `BiasAdd`, whose gradient TensorFlow's graph optimizer
    merges with that of the kernel, into an operation that takes up to 1.3 times as long as the two
    (TensorFlow 2.21).
    """

    @classmethod
    def claims(cls, layer: Any) -> bool:
        last = layer.data_format == "channels_last"
        return on_processor() and last and overruns(layer.kernel.shape, layer.strides)

    def call(self: Any, inputs: Any) -> Any:
        y = self.convolution_op(inputs, self.kernel)
        if self.use_bias:
            y = tf.add(y, ops.convert_to_tensor(self.bias))
        return y if self.activation is None else self.activation(y)

    def convolution_op(self: Any, inputs: Any, kernel: Any) -> Any:
        if not overruns(kernel.shape, self.strides):
            return super().convolution_op(inputs, kernel)  # type: ignore[misc]
        steps = [slice(None, None, each) for each in self.strides]
        return ops.conv(inputs[(slice(None), *steps)], kernel, data_format="channels_last")


@stands_for(keras.layers.Conv1D)
class Conv1D(_Convolution, keras.layers.Conv1D):  # type: ignore[misc]
    """For one spatial dimension."""


@stands_for(keras.layers.Conv2D)
class Conv2D(_Convolution, keras.layers.Conv2D):  # type: ignore[misc]
    """For two spatial dimensions; for one channel and unequal strides, a second one of zeros.

    Without that the result of TensorFlow 2.21 is wrong if the output is one pixel wide, as is that
    of PyTorch 2.13; both use oneDNN. So are, in 16 bits, the gradient of the kernel at the padding
    of a picture that is smaller than the strides, and some results where the window has one place:
    pictures are padded and cut to the window beforehand.
    """

    @classmethod
    def claims(cls, layer: Any) -> bool:
        biased = layer.use_bias and layer.data_format == "channels_last"
        mine = biased or _in_16_bits(layer)
        return bool((on_processor() and mine) or _is_wrong(layer) or super().claims(layer))

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        if _is_wrong(self):
            inputs = tf.pad(inputs, [[0, 0], [0, 0], [0, 0], [0, 1]])
            kernel = tf.pad(ops.convert_to_tensor(kernel), [[0, 0], [0, 0], [0, 1], [0, 0]])
        sides = inputs.shape[1:3]
        if overruns(kernel.shape, self.strides) or not _in_16_bits(self) or None in sides:
            return super().convolution_op(inputs, kernel)
        said = self.kernel_size, self.strides, self.dilation_rate
        around = added_around(sides, *said) if self.padding == "same" else [(0, 0), (0, 0)]
        whole = [sum(pair, side) for pair, side in zip(around, sides, strict=True)]
        ends, strides = cut(whole, *said)
        if strides == list(self.strides):
            return super().convolution_op(inputs, kernel)
        inputs = tf.pad(inputs, [[0, 0], *around, [0, 0]])[:, : ends[0], : ends[1]]
        return ops.conv(
            inputs, kernel, strides, "valid", self.data_format, list(self.dilation_rate)
        )


def _is_wrong(layer: Any) -> bool:
    one = layer.kernel.shape[2] == layer.groups == 1  # (One channel per group, and one group.)
    differ = len(set(layer.strides)) > 1
    return bool(one and differ and layer.data_format == "channels_last")


def _in_16_bits(layer: Any) -> bool:
    """Whether oneDNN may be wrong about pictures in which the window has one place."""
    halves = layer.compute_dtype in ("bfloat16", "float16")
    return bool(halves and max(layer.strides) > 1 and layer.data_format == "channels_last")
