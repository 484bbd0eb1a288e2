"""Spec to `keras.Model`, with its initial weights."""

from __future__ import annotations

import keras

from kspec.model.connect import connect, make_layer
from kspec.model.initial_weights import (
    assign_initial_weights,
    assign_seed_generators,
    recorded_initializers,
)
from kspec.model.memory import weights_within_memory
from kspec.model.variable_paths import give_own_paths
from kspec.spec.automatic_names import layer_names
from kspec.spec.models import KerasObject, Spec

__all__ = ["build", "build_layers"]


def build(spec: Spec) -> keras.Model:
    """The network of `spec` with its initial weights, not compiled.

    Input (batch, \\*shape) for each of `spec.entering`; output as its last layer, or its `outputs`,
    give it. The weights are drawn in NumPy from (spec.seed, variable path): the same on every
    backend. Raises BuildError for a layer that Keras cannot make, or not on the shape that reaches
    it.
    """
    with weights_within_memory(), recorded_initializers() as record:
        model = connect(spec)
    give_own_paths(model)
    assign_initial_weights(model, record, spec.seed)
    assign_seed_generators(model, spec.seed)
    return model


def build_layers(spec: Spec, part: str) -> list[keras.Layer]:
    """The layers of another list of the spec ("augmentation"), made but not connected."""
    layers: tuple[KerasObject, ...] = getattr(spec, part)
    return [
        make_layer(spec, (part,), index, layer, name=name)
        for index, (layer, name) in enumerate(zip(layers, layer_names(layers), strict=True))
    ]
