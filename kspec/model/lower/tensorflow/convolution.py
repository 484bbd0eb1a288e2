"""A convolution that TensorFlow on a processor computes wrongly, for TensorFlow."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import ops

from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["Conv2D"]


@stands_for(keras.layers.Conv2D)
class Conv2D(StandIn, keras.layers.Conv2D):  # type: ignore[misc]
    """Of one channel, with strides that differ: with a second channel of zeros.

    Without it TensorFlow 2.21 gives other numbers where the output is one pixel wide, as PyTorch
    2.13 does; both have oneDNN.
    """

    @classmethod
    def claims(cls, layer: Any) -> bool:
        one = layer.kernel.shape[2] == layer.groups == 1  # (Of each group, and there is one.)
        differ = len(set(layer.strides)) > 1
        return bool(one and differ and layer.data_format == "channels_last")

    def call(self, inputs: Any) -> Any:
        kernel = ops.convert_to_tensor(self.kernel)
        y = ops.conv(
            tf.pad(inputs, [[0, 0], [0, 0], [0, 0], [0, 1]]),
            tf.pad(kernel, [[0, 0], [0, 0], [0, 1], [0, 0]]),
            strides=list(self.strides),
            padding=self.padding,
            dilation_rate=self.dilation_rate,
            data_format=self.data_format,
        )
        if self.use_bias:
            y = ops.add(y, ops.convert_to_tensor(self.bias))
        return y if self.activation is None else self.activation(y)
