"""Whether a layer is called only for the shape of what it gives."""

from __future__ import annotations

import torch
from keras.src.backend.common.symbolic_scope import in_symbolic_scope

__all__ = ["is_symbolic"]


def is_symbolic(inputs: object) -> bool:
    """True for a tensor without values: Keras's own code is left to make what comes of it."""
    return in_symbolic_scope() or not isinstance(inputs, torch.Tensor) or inputs.is_meta
