"""Which layers may write over what they read, in the training steps of a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras.src.models.functional import Functional

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
        for layer in chosen:
            layer.overwrites = True
        try:
            return plain(data)
        finally:
            for layer in chosen:
                layer.overwrites = False

    model.train_step = step
    try:
        yield
    finally:
        del model.train_step


def _sole_readers(model: Any) -> Iterator[Any]:
    """The layers that alone read what the layer before them made, and needs no more."""
    graph = model._functional if isinstance(model, keras.Sequential) else model
    nodes = [node for level in graph._nodes_by_depth.values() for node in level]
    readers = Counter(id(tensor) for tensor in graph.outputs)
    readers.update(id(tensor) for node in nodes for tensor in node.input_tensors)
    for node in nodes:
        layer = node.operation
        if isinstance(layer, Functional | keras.Sequential):
            yield from _sole_readers(layer)
        elif len(layer._inbound_nodes) == len(node.input_tensors) == 1:
            (tensor,) = node.input_tensors
            if readers[id(tensor)] == 1 and _is_spare(tensor._keras_history.operation):
                yield layer


def _is_spare(source: Any) -> bool:
    """Whether no gradient needs the output of `source`, a tensor of its own.

    The gradient of a sigmoid, for instance, does; and the output of Flatten is its input.
    """
    kind = source.stands_for if isinstance(source, StandIn) else type(source)
    if getattr(source, "activity_regularizer", None) is not None:
        return False
    if kind in _CONVOLUTIONS:
        return source.activation is keras.activations.linear
    return kind in (keras.layers.BatchNormalization, keras.layers.Add)
