"""What an activation keeps for its gradient, as PyTorch computes it."""

from __future__ import annotations

from typing import Any, Literal

__all__ = ["Needs", "needs_of"]

Needs = Literal["nothing", "input", "output", "both"]

_NOTHING = ("linear",)
_OUTPUT = (
    "exponential", "log_softmax", "relu", "sigmoid", "softmax", "tanh", "sparse_sigmoid",
)  # fmt: skip
# Activations composed of others also keep an intermediate result.
_BOTH = ("mish", "softsign", "squareplus", "tanh_shrink", "sparse_plus", "sparsemax")


def needs_of(activation: Any) -> Needs:
    """What `activation`, as given in a spec or null, keeps."""
    if activation is None or activation in _NOTHING:
        return "nothing"
    name = activation.get("type") if isinstance(activation, dict) else activation
    name = str(name).lower()
    if name in _OUTPUT:
        return "output"
    return "both" if name in _BOTH else "input"
