"""Prepares a model for a phase of its training."""

from __future__ import annotations

from typing import Any

import keras

from kspec.model.backbone.trainable import keep_normalization
from kspec.model.compile import compile_model
from kspec.model.connect import key_place_of, place_of
from kspec.model.objects import build_error
from kspec.model.trainable import find_layer, set_trainable
from kspec.spec.models import Spec

__all__ = ["Flags", "enter_phase", "flags_of", "thaw"]

Flags = list[tuple[Any, bool]]
"""Each layer of a model and whether it is trainable, outer layers before those within them."""


def flags_of(model: keras.Model) -> Flags:
    """The `trainable` attributes of the layers of `model`."""
    return [(layer, layer.trainable) for layer in model._flatten_layers()]


def enter_phase(
    model: keras.Model, spec: Spec, own: Flags, *, one_hot: bool, samples: int, lowering: bool
) -> None:
    """Set what the one phase of `spec` trains (`thaw`), and compile with a new optimizer.

    `lowering` is for `compile_model`. Raises BuildError as `thaw` and `compile_model` do.
    """
    thaw(model, spec, own)
    compile_model(model, spec, one_hot=one_hot, samples=samples, lowering=lowering)


def thaw(model: keras.Model, spec: Spec, own: Flags) -> None:
    """Make the layers, or parts of them, trainable that `spec.training.trainable` names.

    `own` are the layers' original settings, which apply to those that the phase does not name.
    Raises BuildError for layers that do not exist, and if nothing is left to train.
    """
    for layer, trainable in own:
        if layer.trainable != trainable:
            layer.trainable = trainable
    path = (*spec.training_path, "trainable")
    said = spec.training.trainable
    # Outer layers first, since setting one also sets all within it.
    for name in sorted(said, key=lambda name: name.count("/")):
        layer = find_layer(model, name, place=key_place_of(spec, *path, name))
        value = said[name]
        within = () if isinstance(value, bool) else tuple(value)
        set_trainable(layer, value, place=place_of(spec, *path, name, *within))
    keep_normalization(model, spec)
    if said and not model.trainable_variables:
        message = "nothing is left to train: every layer with weights is frozen"
        raise build_error(place_of(spec, *path), spec.name, message, "build")
