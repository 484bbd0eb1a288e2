"""Which layers may write over what they read, in the training steps of a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras.src.models.functional import Functional

from kspec.model.graph_of import graph_of
from kspec.model.lower.stand_in import StandIn

__all__ = ["Overwriting", "overwriting"]

_CONVOLUTIONS = (keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.Conv3D)


class Overwriting(StandIn):
    """Mixed into a layer that writes its output over its input while `overwrites` is set."""

    overwrites = False


@contextmanager
def overwriting(model: keras.Model) -> Iterator[None]:
    """Let layers of `model`, also nested ones, write over inputs that no other layer reads.

    Only in its training steps: at other times a network that somebody made of some of the layers
    might read those.
    """
    chosen = [layer for layer in _sole_readers(model) if isinstance(layer, Overwriting)]
    if not chosen or model.jit_compile:  # (A compiled step needs no help.)
        yield
        return
    plain = model.train_step

    def step(data: Any) -> Any:
        try:
            for layer in chosen:
                layer.overwrites = True
            return plain(data)
        finally:
            for layer in chosen:
                layer.overwrites = False

    model.train_step = step
    try:
        yield
    finally:
        del model.train_step


def _sole_readers(model: keras.Model) -> Iterator[Any]:
    """The layers that alone read what the layers before them made, and need no more."""
    graphs = {id(graph): graph for graph in _graphs(model)}.values()
    levels = (level for graph in graphs for level in graph._nodes_by_depth.values())
    nodes = {id(node): node for level in levels for node in level}.values()
    readers = Counter(id(tensor) for graph in graphs for tensor in graph.outputs)
    readers.update(id(tensor) for node in nodes for tensor in node.input_tensors)
    found: dict[Any, bool] = {}
    for node in nodes:
        spare = all(readers[id(each)] == 1 and _is_spare(each) for each in node.input_tensors)
        found[node.operation] = spare and found.get(node.operation, True)
    return (layer for layer, spare in found.items() if spare)


def _graphs(network: Any) -> Iterator[Functional]:
    graph = graph_of(network)
    if graph is not None:
        yield graph
        for operation in graph.operations:
            yield from _graphs(operation)


def _is_spare(tensor: Any) -> bool:
    """Whether `tensor` is one of its own, which no gradient needs.

    That of a sigmoid, for instance, does; and the output of Flatten is its input, as is the sum of
    one tensor.
    """
    source, node, _ = tensor._keras_history
    kind = source.stands_for if isinstance(source, StandIn) else type(source)
    if getattr(source, "activity_regularizer", None) is not None:
        return False
    if kind in _CONVOLUTIONS:
        return source.activation is keras.activations.linear
    if kind is keras.layers.Add:
        return len(source._inbound_nodes[node].input_tensors) > 1
    return kind is keras.layers.BatchNormalization
