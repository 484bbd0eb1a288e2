"""The head of a network: the shape and the activation of its output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kspec.spec import catalog
from kspec.spec.graph import graph_of, read_reference
from kspec.spec.models import Spec
from kspec.spec.shapes import carry_through
from kspec.spec.shapes.shape import is_shape

__all__ = ["Head", "head_of"]

_OF_LAYERS = {"Softmax": "softmax", "ReLU": "relu"}
_PASSES_ON = ("Dropout", "Flatten", "Identity", "Permute", "Reshape", "UpSampling2D")


@dataclass(frozen=True)
class Head:
    """The output of a network: its shape without the batch axis, None if it is not known, and its
    activation, "linear" if it has none. `count` is the number of outputs."""

    count: int
    shape: tuple[int | None, ...] | None
    activation: str


def head_of(spec: Spec, layers: Sequence[dict[str, Any]], outputs: Any) -> Head:
    """The head of `spec`, whose layers are `layers` unfolded."""
    shapes = carry_through(graph_of(spec), spec).outputs
    first = outputs if isinstance(outputs, str) or outputs is None else outputs[0]
    shape = shapes[0] if is_shape(shapes[0]) else None
    return Head(len(shapes), shape, _activation(layers, first))


def _activation(layers: Sequence[dict[str, Any]], reference: str | None) -> str:
    """The activation of the layer that `reference` names; of the last layer for None."""
    index = _index(layers, reference, len(layers))
    while index is not None and index >= 0:
        layer = layers[index]
        kind = layer["type"]
        if kind == "Model":
            given = layer.get("outputs")
            return _activation(layer["layers"], given if isinstance(given, str) else None)
        if kind in _OF_LAYERS:
            return _OF_LAYERS[kind]
        if kind in _PASSES_ON or layer.get("activation") == "linear":
            taken = layer.get("inputs", "#-1")
            index = _index(layers, taken, index) if isinstance(taken, str) else None
            continue
        inner = layer.get("layer")
        activation = layer.get("activation") or (
            inner.get("activation") if isinstance(inner, dict) else None
        )
        return _canonical(activation)
    return "linear"


def _index(layers: Sequence[dict[str, Any]], text: str | None, end: int) -> int | None:
    if text is None:
        return end - 1
    reference = read_reference(text)
    if reference is None:
        return None
    if reference.back is not None:
        return end - reference.back
    names = [layer.get("name") for layer in layers]
    return names.index(reference.name) if reference.name in names else None


def _canonical(activation: Any) -> str:
    if not isinstance(activation, str):
        return "linear"
    found = catalog.find("activations", activation)
    return found.name if isinstance(found, catalog.Entry) else activation
