"""Transposed convolutions that do not end the process, for TensorFlow on a CPU."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import ops

from kspec.model.lower.single_pixels import kept, overruns
from kspec.model.lower.stand_in import StandIn, stands_for
from kspec.model.lower.tensorflow.device import on_processor

__all__ = ["Conv1DTranspose", "Conv2DTranspose"]


class _Filled(StandIn):
    """Fills a kernel of one pixel with zeros up to the strides, which leaves no pixel over."""

    @classmethod
    def claims(cls, layer: Any) -> bool:
        last = layer.data_format == "channels_last"
        return on_processor() and last and overruns(layer.kernel.shape, layer.strides)

    def call(self: Any, inputs: Any) -> Any:
        zeros = [*([0, each - 1] for each in self.strides), [0, 0], [0, 0]]
        kernel = tf.pad(ops.convert_to_tensor(self.kernel), zeros)
        y = ops.conv_transpose(inputs, kernel, list(self.strides), data_format="channels_last")
        y = y[(slice(None), *kept(self.strides, self.output_padding))]
        if self.use_bias:
            y = tf.add(y, ops.convert_to_tensor(self.bias))
        return y if self.activation is None else self.activation(y)


@stands_for(keras.layers.Conv1DTranspose)
class Conv1DTranspose(_Filled, keras.layers.Conv1DTranspose):  # type: ignore[misc]
    """For one spatial dimension."""


@stands_for(keras.layers.Conv2DTranspose)
class Conv2DTranspose(_Filled, keras.layers.Conv2DTranspose):  # type: ignore[misc]
    """For two spatial dimensions."""
