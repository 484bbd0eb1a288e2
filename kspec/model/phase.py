"""A model made ready for a phase of its training."""

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
"""Each layer of a model and whether it is trainable, the outer before those within it."""


def flags_of(model: keras.Model) -> Flags:
    """What the layers of `model` say of themselves."""
    return [(layer, layer.trainable) for layer in model._flatten_layers()]


def enter_phase(
    model: keras.Model, spec: Spec, own: Flags, *, one_hot: bool, samples: int, lowering: bool
) -> None:
    """Let train what the one phase of `spec` says (`thaw`), and compile with a new optimizer.

    `lowering` is for `compile_model`. Raises BuildError as `thaw` and `compile_model` do.
    """
    thaw(model, spec, own)
    compile_model(model, spec, one_hot=one_hot, samples=samples, lowering=lowering)


def thaw(model: keras.Model, spec: Spec, own: Flags) -> None:
    """Let those layers be trained that `spec.training.trainable` names, or those parts of them.

    `own` is what the layers say of themselves, which holds for those that the phase does not name.
    Raises BuildError for layers that are not there, and where nothing is left to train.
    """
    for layer, trainable in own:
        if layer.trainable != trainable:
            layer.trainable = trainable
    path = (*spec.training_path, "trainable")
    said = spec.training.trainable
    # The outer before those within it, since it sets them all.
    for name in sorted(said, key=lambda name: name.count("/")):
        layer = find_layer(model, name, place=key_place_of(spec, *path, name))
        value = said[name]
        within = () if isinstance(value, bool) else tuple(value)
        set_trainable(layer, value, place=place_of(spec, *path, name, *within))
    keep_normalization(model, spec)
    if said and not model.trainable_variables:
        message = "nothing is left to train: every layer with weights is frozen"
        raise build_error(place_of(spec, *path), spec.name, message, "build")
