"""Layers and optimizers computed with TensorFlow's own kernels.

Left to Keras: pooling and other convolutions, for which it calls those kernels itself; recurrent
layers, whose loop TensorFlow runs well.
"""

from __future__ import annotations

from kspec.model.lower.one_place import Conv3D
from kspec.model.lower.schedule_free import ScheduleFreeAdamW
from kspec.model.lower.spatial_dropout import (
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
)
from kspec.model.lower.tensorflow.activation import Activation
from kspec.model.lower.tensorflow.attention import MultiHeadAttention
from kspec.model.lower.tensorflow.convolution import Conv1D, Conv2D
from kspec.model.lower.tensorflow.dropout import Dropout
from kspec.model.lower.tensorflow.layer_normalization import LayerNormalization
from kspec.model.lower.tensorflow.normalization import BatchNormalization
from kspec.model.lower.tensorflow.transposed import Conv1DTranspose, Conv2DTranspose

__all__ = ["CLASSES"]

CLASSES = (
    Activation,
    BatchNormalization,
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Dropout,
    LayerNormalization,
    MultiHeadAttention,
    ScheduleFreeAdamW,
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
)
