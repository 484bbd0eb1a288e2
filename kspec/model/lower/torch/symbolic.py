"""Whether a layer is called only to find out the shape of its output."""

from __future__ import annotations

import torch
from keras.src.backend.common.symbolic_scope import in_symbolic_scope

__all__ = ["is_symbolic"]


def is_symbolic(inputs: object) -> bool:
    """True for a tensor without values: Keras's own code then computes the output's shape."""
    return in_symbolic_scope() or not isinstance(inputs, torch.Tensor) or inputs.is_meta
