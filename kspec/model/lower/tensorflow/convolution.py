"""Convolutions that oneDNN computes right and fast, for TensorFlow on a CPU."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import ops

from kspec.model.lower.one_place import convolution, may_be_wrong
from kspec.model.lower.single_pixels import overruns
from kspec.model.lower.stand_in import StandIn, stands_for
from kspec.model.lower.tensorflow.device import on_processor

__all__ = ["Conv1D", "Conv2D"]


class _Convolution(StandIn):
    """Drops the pixels that strides pass over, or that are behind the window, where oneDNN must not
    see them.

    Adds the bias by a plain sum: Keras has `BiasAdd`, whose gradient TensorFlow's graph optimizer
    merges with that of the kernel, into an operation that takes up to 1.3 times as long as the two
    (TensorFlow 2.21).
    """

    @classmethod
    def claims(cls, layer: Any) -> bool:
        last = layer.data_format == "channels_last"
        ends_process = last and overruns(layer.kernel.shape, layer.strides)
        return on_processor() and (ends_process or may_be_wrong(layer))

    def call(self: Any, inputs: Any) -> Any:
        y = self.convolution_op(inputs, self.kernel)
        if self.use_bias:
            y = tf.add(y, ops.convert_to_tensor(self.bias))
        return y if self.activation is None else self.activation(y)

    def convolution_op(self: Any, inputs: Any, kernel: Any) -> Any:
        if not overruns(kernel.shape, self.strides):
            return convolution(self, inputs, kernel)
        steps = [slice(None, None, each) for each in self.strides]
        return ops.conv(inputs[(slice(None), *steps)], kernel, data_format="channels_last")


@stands_for(keras.layers.Conv1D)
class Conv1D(_Convolution, keras.layers.Conv1D):  # type: ignore[misc]
    """For one spatial dimension."""


@stands_for(keras.layers.Conv2D)
class Conv2D(_Convolution, keras.layers.Conv2D):  # type: ignore[misc]
    """For two spatial dimensions; for one channel and unequal strides, a second one of zeros.

    Without that the result of TensorFlow 2.21 is wrong if the output is one pixel wide, as is that
    of PyTorch 2.13; both use oneDNN.
    """

    @classmethod
    def claims(cls, layer: Any) -> bool:
        biased = layer.use_bias and layer.data_format == "channels_last"
        return bool((on_processor() and biased) or _is_wrong(layer) or super().claims(layer))

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        if _is_wrong(self):
            inputs = tf.pad(inputs, [[0, 0], [0, 0], [0, 0], [0, 1]])
            kernel = tf.pad(ops.convert_to_tensor(kernel), [[0, 0], [0, 0], [0, 1], [0, 0]])
        return super().convolution_op(inputs, kernel)


def _is_wrong(layer: Any) -> bool:
    one = layer.kernel.shape[2] == layer.groups == 1  # (One channel per group, and one group.)
    differ = len(set(layer.strides)) > 1
    return bool(one and differ and layer.data_format == "channels_last")
