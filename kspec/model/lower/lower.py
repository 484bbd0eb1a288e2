"""Layers of a model given the classes that compute them faster, and taken from them again."""

from __future__ import annotations

from functools import cache
from importlib import import_module

import keras

from kspec.model.lower.stand_in import StandIn

__all__ = ["lower", "raise_again"]


def lower(model: keras.Model) -> None:
    """Let each layer of `model`, also within others, compute as the active backend does it best.

    What no class claims, or not with these arguments, remains Keras's. Twice is once.
    """
    classes = _classes()
    for layer in model._flatten_layers():
        found = classes.get(type(layer))
        if found is not None and found.claims(layer):
            layer.__class__ = found


def raise_again(layer: keras.Layer) -> None:
    """Give `layer` the class back that Keras made it of."""
    if isinstance(layer, StandIn):
        layer.__class__ = layer.stands_for


@cache
def _classes() -> dict[type, type[StandIn]]:
    module = import_module(f"kspec.model.lower.{keras.backend.backend()}")
    return {each.stands_for: each for each in module.CLASSES}
