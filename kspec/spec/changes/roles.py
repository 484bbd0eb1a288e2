"""The roles of layers, as far as they tell which differences belong together."""

from __future__ import annotations

from kspec.spec.catalog import Entry, find
from kspec.spec.changes.parts import Part

__all__ = ["function_of", "role_of"]

_ROLES = {
    "dropout": (
        "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D",
        "SpatialDropout2D", "SpatialDropout3D", "StochasticDepth",
    ),
    "activation": ("Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax"),
    "normalization": (
        "BatchNormalization", "GroupNormalization", "LayerNormalization", "RMSNormalization",
        "UnitNormalization",
    ),
    "network": ("Model", "Shared"),
}  # fmt: skip
_ROLE_OF = {name: role for role, names in _ROLES.items() for name in names}

# Layers that, without arguments, equal an activation function with its defaults.
_FUNCTIONS = {"ELU": "elu", "ReLU": "relu", "Softmax": "softmax"}


def role_of(part: Part) -> str:
    """One word: dropout, activation, normalization, pooling, weights, network, or other."""
    if part.type in _ROLE_OF:
        return _ROLE_OF[part.type]
    if "Pooling" in part.type:
        return "pooling"
    entry = find("layers", part.type)
    return "weights" if isinstance(entry, Entry) and entry.has_weights else "other"


def function_of(part: Part) -> str | None:
    """The activation function that a layer applies, as an argument would name it; else None."""
    if part.type in _FUNCTIONS and not part.arguments:
        return _FUNCTIONS[part.type]
    if part.type == "Activation":
        found = part.arguments.get("activation")
        return str(found["type"]) if isinstance(found, dict) and len(found) == 1 else None
    return part.type if role_of(part) == "activation" else None
