"""Layers computed in the way that XLA compiles best for the CPU.

Left to Keras: activations, which XLA fuses by itself; the convolutions that Eigen computes well
(see `kspec.xla`); the loops of recurrent layers, from which XLA hoists the invariant parts.
"""

from __future__ import annotations

from kspec.model.lower.jax.convolution import (
    Conv2DTranspose,
    DepthwiseConv1D,
    DepthwiseConv2D,
    SeparableConv1D,
    SeparableConv2D,
)
from kspec.model.lower.jax.dropout import Dropout
from kspec.model.lower.jax.normalization import BatchNormalization
from kspec.model.lower.jax.pooling import MaxPooling1D, MaxPooling2D, MaxPooling3D
from kspec.model.lower.jax.recurrent import GRU
from kspec.model.lower.jax.volumes import Conv3D

__all__ = ["CLASSES"]

CLASSES = (
    BatchNormalization,
    Conv2DTranspose,
    Conv3D,
    DepthwiseConv1D,
    DepthwiseConv2D,
    Dropout,
    GRU,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
    SeparableConv1D,
    SeparableConv2D,
)
