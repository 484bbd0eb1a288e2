"""Layers computed by TensorFlow's own kernels.

Left to Keras: convolutions and pools, for which it calls those kernels itself, but for one kind of
convolution that they compute wrongly; recurrent layers, whose loop TensorFlow runs well.
"""

from __future__ import annotations

from kspec.model.lower.tensorflow.attention import MultiHeadAttention
from kspec.model.lower.tensorflow.convolution import Conv2D
from kspec.model.lower.tensorflow.dropout import Dropout
from kspec.model.lower.tensorflow.normalization import BatchNormalization

__all__ = ["CLASSES"]

CLASSES = (BatchNormalization, Conv2D, Dropout, MultiHeadAttention)
