"""Gives layers and optimizers the classes that compute them faster, and takes these back."""

from __future__ import annotations

from functools import cache
from importlib import import_module

import keras

from kspec.model.lower.stand_in import StandIn

__all__ = ["lower", "lower_optimizer", "raise_again"]


def lower(model: keras.Model) -> None:
    """Let each layer of `model`, also nested ones, compute as is best for the active backend.

    Layers or configurations that no class claims remain Keras's. Idempotent.
    """
    for layer in model._flatten_layers():
        if layer.built:
            _give(layer)


def lower_optimizer(optimizer: keras.Optimizer) -> None:
    """Let `optimizer` compute its steps as is best for the active backend."""
    _give(getattr(optimizer, "inner_optimizer", optimizer))  # Within a LossScaleOptimizer.


def raise_again(layer: keras.Layer) -> None:
    """Give `layer` its original Keras class back."""
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
