"""Layers computed by TensorFlow's own kernels.

Left to Keras: convolutions and pools, for which it calls those kernels itself.
"""

from __future__ import annotations

from kspec.model.lower.tensorflow.dropout import Dropout
from kspec.model.lower.tensorflow.normalization import BatchNormalization

__all__ = ["CLASSES"]

CLASSES = (BatchNormalization, Dropout)
