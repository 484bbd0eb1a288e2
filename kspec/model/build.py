"""Spec to `keras.Model`."""

from __future__ import annotations

from typing import Any

import keras

from kspec.errors import Place, keras_says
from kspec.model.initial_weights import (
    assign_initial_weights,
    assign_seed_generators,
    recorded_initializers,
)
from kspec.model.naming import layer_names
from kspec.model.objects import build_error, make
from kspec.spec.models import KerasObject, Spec

__all__ = ["build", "build_layers", "connect"]


def build(spec: Spec) -> keras.Model:
    """The network of `spec` with its initial weights, not compiled.

    Input (batch, \\*spec.input.shape); output as the last layer gives it. The weights are drawn in
    NumPy from (spec.seed, variable path): the same on every backend. Raises BuildError for a layer
    that Keras cannot make, or not on the shape that reaches it.
    """
    with recorded_initializers() as record:
        model = connect(spec)
    assign_initial_weights(model, record, spec.seed)
    assign_seed_generators(model, spec.seed)
    return model


def connect(spec: Spec) -> keras.Model:
    """The layers of `spec` joined to a model, with whatever weights Keras gives them."""
    try:
        inputs = keras.Input(spec.input.shape, dtype=spec.input.dtype, name="input")
    except Exception as error:
        message = f"Keras cannot make this input: {keras_says(error)}"
        raise build_error(place_of(spec, "input"), spec.name, message, "build") from error
    outputs = inputs
    for index, name in enumerate(layer_names(spec.layers)):
        layer = make_layer(spec, "layers", index, name=name)
        shape = tuple(outputs.shape[1:])
        misfit = (
            f"layers[{index}] {layer_title(spec.layers[index])} cannot take the shape {shape}: "
        )
        place = place_of(spec, "layers", index)
        try:
            outputs = layer(outputs)
        except Exception as error:
            raise build_error(place, spec.name, misfit + keras_says(error), "shape") from error
        if not isinstance(outputs, keras.KerasTensor):
            message = f"layers[{index}] {layer_title(spec.layers[index])} gives several outputs, "
            message += "but the next layer takes one"
            raise build_error(place, spec.name, message, "shape")
        if 0 in outputs.shape[1:]:
            # Some versions of Keras take a pool that is larger than its input.
            message = f"{misfit}nothing is left of it, {tuple(outputs.shape[1:])}"
            raise build_error(place, spec.name, message, "shape")
    try:
        return keras.Model(inputs, outputs, name=spec.name)
    except Exception as error:
        message = f"Keras cannot join the layers: {keras_says(error)}"
        raise build_error(place_of(spec, "layers"), spec.name, message, "build") from error


def build_layers(spec: Spec, part: str) -> list[keras.Layer]:
    """The layers of another list of the spec ("augmentation"), made but not connected."""
    names = layer_names(getattr(spec, part))
    return [make_layer(spec, part, index, name=name) for index, name in enumerate(names)]


def make_layer(spec: Spec, part: str, index: int, *, name: str) -> keras.Layer:
    layer: KerasObject = getattr(spec, part)[index]
    try:
        return make("layers", layer, name=name)
    except Exception as error:
        message = f"{part}[{index}]: Keras cannot make this {layer.type}: {keras_says(error)}"
        raise build_error(place_of(spec, part, index), spec.name, message, "build") from error


def layer_title(layer: KerasObject) -> str:
    name = layer.arguments.get("name")
    return f'{layer.type} "{name}"' if name else layer.type


def place_of(spec: Spec, *path: Any) -> Place | None:
    return spec._node.at(path).place if spec._node is not None else None
