"""A plugin with layers that behave otherwise on one backend: what `kspec parity` is to find."""

import keras
import numpy as np

from kspec import plugins

FAULTY = keras.backend.backend() == "torch"


@plugins.layer
class OtherEpsilon(keras.layers.BatchNormalization):
    def __init__(self, **kwargs):
        super().__init__(epsilon=2e-3 if FAULTY else 1e-3, **kwargs)


@plugins.layer
class OtherMomentum(keras.layers.BatchNormalization):
    def __init__(self, **kwargs):
        super().__init__(momentum=0.98 if FAULTY else 0.99, **kwargs)


@plugins.layer
class OtherPadding(keras.layers.Conv2D):
    """A stride of two, padded at the left and top, or one pixel off at the right and bottom."""

    def __init__(self, filters: int, **kwargs):
        super().__init__(filters, kernel_size=3, strides=2, **kwargs)

    def call(self, inputs):
        sides = (0, 1) if FAULTY else (1, 0)
        return super().call(keras.ops.pad(inputs, ((0, 0), sides, sides, (0, 0))))

    def compute_output_shape(self, input_shape):
        batch, height, width, _ = input_shape
        return (batch, height // 2, width // 2, self.filters)


@plugins.layer
class OtherCorners(keras.layers.Layer):
    """Twice the size, bilinear; the corners of the picture or those of its pixels stay in place."""

    def build(self, input_shape):
        self.weights_of_rows = _interpolation(input_shape[1])

    def call(self, inputs):
        rows = keras.ops.einsum("oi,bijc->bojc", self.weights_of_rows, inputs)
        return keras.ops.einsum("oj,bijc->bioc", self.weights_of_rows, rows)

    def compute_output_shape(self, input_shape):
        batch, height, width, channels = input_shape
        return (batch, 2 * height, 2 * width, channels)


@plugins.layer
class OtherGradient(keras.layers.Layer):
    """Gives what it takes; its gradient is 1, or 2."""

    def call(self, inputs):
        return 2 * inputs - keras.ops.stop_gradient(inputs) if FAULTY else 1 * inputs


@plugins.layer
class Breaks(keras.layers.Layer):
    def build(self, input_shape):
        if FAULTY:
            raise ValueError("nobody has built this before")

    def call(self, inputs):
        return inputs


def _interpolation(size):
    """The weight of each row of the input in each of twice as many rows of the output."""
    out = np.arange(2 * size)
    at = out * (size - 1) / (2 * size - 1) if FAULTY else (out + 0.5) / 2 - 0.5
    at = np.clip(at, 0, size - 1)
    return np.maximum(0, 1 - np.abs(at[:, None] - np.arange(size))).astype("float32")
