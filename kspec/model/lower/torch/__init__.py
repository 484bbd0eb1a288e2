"""Layers and optimizers computed with PyTorch's own kernels, with channels last in memory.

Keras copies the input of a convolution or pooling into another layout and back; a view of the same
memory, which PyTorch calls channels_last, is all that its kernels need.
"""

from __future__ import annotations

from kspec.model.lower.one_place import Conv3D
from kspec.model.lower.schedule_free import ScheduleFreeAdamW
from kspec.model.lower.spatial_dropout import (
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
)
from kspec.model.lower.torch.activation import Activation, LeakyReLU, ReLU
from kspec.model.lower.torch.adam import Adam, AdamW
from kspec.model.lower.torch.convolution import Conv1D, Conv2D
from kspec.model.lower.torch.depthwise import (
    DepthwiseConv1D,
    DepthwiseConv2D,
    SeparableConv1D,
    SeparableConv2D,
)
from kspec.model.lower.torch.dropout import Dropout
from kspec.model.lower.torch.group_normalization import GroupNormalization
from kspec.model.lower.torch.layer_normalization import LayerNormalization
from kspec.model.lower.torch.normalization import BatchNormalization
from kspec.model.lower.torch.pooling import (
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    GlobalMaxPooling2D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
)
from kspec.model.lower.torch.recurrent import GRU, LSTM, SimpleRNN
from kspec.model.lower.torch.transposed import Conv2DTranspose
from kspec.model.lower.torch.up_sampling import UpSampling2D

__all__ = ["CLASSES"]

CLASSES = (
    Activation,
    Adam,
    AdamW,
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    BatchNormalization,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    DepthwiseConv1D,
    DepthwiseConv2D,
    Dropout,
    GRU,
    GlobalMaxPooling2D,
    GroupNormalization,
    LSTM,
    LayerNormalization,
    LeakyReLU,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
    ReLU,
    ScheduleFreeAdamW,
    SeparableConv1D,
    SeparableConv2D,
    SimpleRNN,
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
    UpSampling2D,
)
