"""Names of layers by which the rest of a script refers to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kspec.spec.automatic_names import layer_names
from kspec.spec.catalog import operation_of
from kspec.spec.eject.own_initializers import write_looks
from kspec.spec.models import KerasObject, Layer, NestedModel, Spec

__all__ = ["refers_to_layers", "with_names"]

# Layers with inner layers, which Keras numbers first.
_HOLDS_LAYERS = ("Backbone", "Model")
_LAYERS_WITHIN = ("backward_layer", "cell", "cells", "layer", "layers")


def refers_to_layers(spec: Spec) -> bool:
    """Whether the script finds layers or their variables by name.

    Within the functions of blocks layers have no names by which they could be found.
    """
    phases = (
        phase.parameter_groups or phase.trainable or _excludes(phase.optimizer)
        for phase in spec.phases
    )
    return any(phases) or bool(write_looks(spec))


def _excludes(optimizer: KerasObject | Mapping[str, Any]) -> bool:
    arguments = optimizer.arguments if isinstance(optimizer, KerasObject) else optimizer
    inner = arguments.get("inner_optimizer")
    found = bool(arguments.get("exclude_layers"))
    return found or (isinstance(inner, Mapping) and _excludes(inner))


def with_names(layers: Sequence[Layer], written: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The layers as they are `written`, with their names if Keras would name some differently."""
    if any(_holds_layers(layer) for layer in written):
        return _with_names(layers, written)
    return written


def _holds_layers(layer: Mapping[str, Any]) -> bool:
    return layer["type"] in _HOLDS_LAYERS or any(key in layer for key in _LAYERS_WITHIN)


def _with_names(layers: Sequence[Layer], written: list[dict[str, Any]]) -> list[dict[str, Any]]:
    named = []
    for layer, values, name in zip(layers, written, layer_names(layers), strict=True):
        if isinstance(layer, NestedModel):
            values = {**values, "layers": _with_names(layer.layers, values["layers"])}
        if layer.type != "Shared" and operation_of(layer.type) is None:
            values = {**values, "name": name}
        named.append(values)
    return named
