"""Layers computed in the way that XLA compiles best for a processor.

Left to Keras: convolutions (see `kspec.xla`), normalization and activations, which XLA fuses by
itself; the loops of recurrent layers, out of which it takes what need not be in them.
"""

from __future__ import annotations

from kspec.model.lower.jax.dropout import Dropout
from kspec.model.lower.jax.pooling import MaxPooling2D
from kspec.model.lower.jax.recurrent import GRU

__all__ = ["CLASSES"]

CLASSES = (Dropout, GRU, MaxPooling2D)
