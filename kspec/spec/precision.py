"""Which layers compute in float32 where the others compute in less."""

from __future__ import annotations

from kspec.spec.catalog import Entry, find
from kspec.spec.graph import graph_of
from kspec.spec.models import Spec

__all__ = ["OUTPUT", "layers_in_float32"]

OUTPUT = "float32"
"""What the last layers compute in, whatever the others do: a softmax of 16 bits, and the loss of
it, would be too coarse (https://keras.io/api/mixed_precision/)."""


def layers_in_float32(spec: Spec) -> frozenset[int]:
    """The places, among its layers, of Keras's layers that give what the network gives.

    None where all compute in float32 anyway. Not those that name a `dtype`, nor what is no layer of
    Keras: an operation, a network within the network, a layer that a plugin brings.
    """
    if spec.training.precision == OUTPUT:
        return frozenset()
    return frozenset(
        tensor.source
        for tensor in graph_of(spec).given()
        if isinstance(tensor.source, int) and _is_plain(spec, tensor.source)
    )


def _is_plain(spec: Spec, index: int) -> bool:
    layer = spec.layers[index]
    return "dtype" not in layer.arguments and isinstance(find("layers", layer.type), Entry)
