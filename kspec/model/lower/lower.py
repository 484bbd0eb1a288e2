"""Layers and optimizers given the classes that compute them faster, and layers taken from them."""

from __future__ import annotations

from functools import cache
from importlib import import_module

import keras

from kspec.model.lower.stand_in import StandIn

__all__ = ["lower", "lower_optimizer", "raise_again"]


def lower(model: keras.Model) -> None:
    """Let each layer of `model`, also within others, compute as the active backend does it best.

    What no class claims, or not with these arguments, remains Keras's. Twice is once.
    """
    for layer in model._flatten_layers():
        if layer.built:
            _give(layer)


def lower_optimizer(optimizer: keras.Optimizer) -> None:
    """Let `optimizer` make its steps as the active backend does it best."""
    _give(getattr(optimizer, "inner_optimizer", optimizer))  # Within a LossScaleOptimizer.


def raise_again(layer: keras.Layer) -> None:
    """Give `layer` the class back that Keras made it of."""
    if isinstance(layer, StandIn):
        layer.__class__ = layer.stands_for


def _give(thing: keras.Layer | keras.Optimizer) -> None:
    found = _classes().get(type(thing))
    if found is not None and found.claims(thing):
        thing.__class__ = found


@cache
def _classes() -> dict[type, type[StandIn]]:
    module = import_module(f"kspec.model.lower.{keras.backend.backend()}")
    return {each.stands_for: each for each in module.CLASSES}
