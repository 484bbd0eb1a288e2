"""A convolution that TensorFlow computes wrongly on a CPU."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import ops

from kspec.model.lower.stand_in import StandIn, stands_for

__all__ = ["Conv2D"]


@stands_for(keras.layers.Conv2D)
class Conv2D(StandIn, keras.layers.Conv2D):  # type: ignore[misc]
    """For one input channel and unequal strides: adds a second channel of zeros.

    Without it the result of TensorFlow 2.21 is wrong if the output is one pixel wide, as is that of
    PyTorch 2.13; both use oneDNN.
    """

    @classmethod
    def claims(cls, layer: Any) -> bool:
        one = layer.kernel.shape[2] == layer.groups == 1  # (One channel per group, and one group.)
        differ = len(set(layer.strides)) > 1
        return bool(one and differ and layer.data_format == "channels_last")

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        inputs = tf.pad(inputs, [[0, 0], [0, 0], [0, 0], [0, 1]])
        kernel = tf.pad(ops.convert_to_tensor(kernel), [[0, 0], [0, 0], [0, 1], [0, 0]])
        return super().convolution_op(inputs, kernel)
