"""Converts the weights of layers from the layouts of Keras 1 and 2 to that of Keras 3.

Keras 1, Theano order  kernels (filters, channels, rows, columns)
Keras 1                twelve arrays of an LSTM (W, U, b for each of i, c, f, o), nine of a GRU
CuDNNLSTM, CuDNNGRU    kernels transposed gate by gate, and two biases
Theano                 convolutions with flipped kernels
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from kspec.model.fitting import MisfitError

__all__ = ["modern"]

Array = np.ndarray[Any, Any]

_GATES = {12: (0, 2, 1, 3), 9: (0, 1, 2)}
"""By the number of arrays: the positions of today's gates in the old order."""

_TURNED = ("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose")


def modern(
    layer: keras.Layer, arrays: Sequence[Array], *, class_name: str, is_keras_1: bool, turned: bool
) -> list[Array]:
    """The arrays of one layer, in the order of the file, as `layer` of Keras 3 expects them.

    `class_name` is the layer's class in the file (of a wrapper, that of the layer in it),
    `is_keras_1` whether it was written before Keras 2, `turned` whether its convolutions flip
    their kernels. Raises MisfitError for unknown layouts.
    """
    arrays = list(arrays)
    if isinstance(layer, keras.layers.Bidirectional):
        half = len(arrays) // 2
        options: dict[str, Any] = {"is_keras_1": is_keras_1, "turned": turned}
        return [
            *modern(layer.forward_layer, arrays[:half], class_name=class_name, **options),
            *modern(layer.backward_layer, arrays[half:], class_name=class_name, **options),
        ]
    if isinstance(layer, keras.layers.TimeDistributed):
        return modern(
            layer.layer, arrays, class_name=class_name, is_keras_1=is_keras_1, turned=turned
        )
    kind = type(layer).__name__
    if kind in ("LSTM", "GRU") and len(arrays) in _GATES:
        arrays = _joined(arrays)
    if kind.startswith("ConvLSTM") and (is_keras_1 or turned):
        raise MisfitError("is in a layout of Keras 1 or Theano, which is not carried over")
    if class_name.startswith("CuDNN"):
        arrays = _from_cudnn(arrays, gates=4 if kind == "LSTM" else 3)
    if is_keras_1:
        arrays = _kernel_of_keras_1(layer, kind, arrays)
    if turned and kind.startswith(("Separable", "Depthwise")):
        raise MisfitError("is of Theano, whose layout for it is not carried over")
    if turned and kind in _TURNED and arrays:
        # Theano convolves; all others correlate, and call it convolution.
        spatial = tuple(range(arrays[0].ndim - 2))
        arrays[0] = np.flip(arrays[0], spatial)
    return arrays


def _joined(arrays: list[Array]) -> list[Array]:
    """Keras 1's W, U, b of each gate as one kernel, one recurrent kernel, one bias."""
    order = _GATES[len(arrays)]
    return [
        np.concatenate([arrays[3 * gate + part] for gate in order], axis=-1) for part in range(3)
    ]


def _from_cudnn(arrays: list[Array], *, gates: int) -> list[Array]:
    if len(arrays) != 3:
        raise MisfitError("is of the CuDNN kind, but does not have three weights")
    kernel, recurrent, bias = arrays
    # The file has the numbers of each gate row by row where Keras has them column by column.
    inner = [np.reshape(part.T, part.shape, order="F") for part in np.split(kernel, gates, axis=1)]
    across = [part.T for part in np.split(recurrent, gates, axis=1)]
    both = bias.reshape(2, -1)
    # An LSTM adds its two biases up; a GRU needs them separately.
    return [np.hstack(inner), np.hstack(across), both.sum(axis=0) if gates == 4 else both]


def _kernel_of_keras_1(layer: Any, kind: str, arrays: list[Array]) -> list[Array]:
    """Kernels of convolutions with their axes in today's order."""
    first = layer.data_format == "channels_first" if hasattr(layer, "data_format") else False
    axes: tuple[int, ...] | None = None
    if kind == "Conv1D" and arrays and arrays[0].ndim == 4:
        kernel = arrays[0]
        if kernel.shape[:2] != (layer.kernel_size[0], 1) or kernel.shape[3] != layer.filters:
            kernel = kernel.transpose(2, 3, 1, 0)
        return [kernel[:, 0], *arrays[1:]]
    if kind == "Conv2D" and first:
        axes = (2, 3, 1, 0)
    elif kind == "Conv3D" and first:
        axes = (2, 3, 4, 1, 0)
    elif kind == "Conv2DTranspose":
        axes = (2, 3, 0, 1) if first else (0, 1, 3, 2)
    elif kind.startswith(("Separable", "Depthwise")) and first:
        raise MisfitError("is of Keras 1 with channels first, whose layout is not carried over")
    if axes is None or not arrays:
        return arrays
    if arrays[0].ndim != len(axes):
        raise MisfitError(
            f"has a kernel of {len(axes)} axes, but the file has one of {arrays[0].ndim}"
        )
    return [arrays[0].transpose(axes), *arrays[1:]]
