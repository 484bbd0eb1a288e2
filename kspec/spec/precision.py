"""Which layers compute in float32 when the others use mixed precision."""

from __future__ import annotations

from kspec.spec.catalog import Entry, find
from kspec.spec.graph import graph_of
from kspec.spec.models import Spec

__all__ = ["OUTPUT", "layers_in_float32"]

OUTPUT = "float32"
"""The dtype of the last layers, whatever the others use: a softmax in 16 bits, and its loss, would
be too coarse (https://keras.io/api/mixed_precision/)."""


def layers_in_float32(spec: Spec) -> frozenset[int]:
    """The indices of the Keras layers that produce the outputs of the network.

    Empty if all compute in float32 anyway. Layers with a `dtype` of their own are left out, and
    whatever is not a layer of Keras: operations, nested networks, layers of plugins.
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
