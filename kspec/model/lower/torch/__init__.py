"""Layers and optimizers computed by PyTorch's own kernels, with channels last in memory.

Keras copies what a convolution or a pool takes into another layout and back; a view of the same
memory, which PyTorch calls channels_last, is all that its kernels need.
"""

from __future__ import annotations

from kspec.model.lower.torch.adam import Adam, AdamW
from kspec.model.lower.torch.convolution import Conv2D
from kspec.model.lower.torch.dropout import Dropout
from kspec.model.lower.torch.normalization import BatchNormalization
from kspec.model.lower.torch.pooling import AveragePooling2D, MaxPooling2D
from kspec.model.lower.torch.recurrent import GRU, LSTM, SimpleRNN

__all__ = ["CLASSES"]

CLASSES = (
    Adam,
    AdamW,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dropout,
    GRU,
    LSTM,
    MaxPooling2D,
    SimpleRNN,
)
