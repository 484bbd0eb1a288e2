"""The parameter table including the layers of nested networks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import keras

from kspec.model.graph_of import graph_of
from kspec.model.table import Row, row_of

__all__ = ["ExpandedRow", "expand"]


@dataclass(frozen=True)
class ExpandedRow(Row):
    """A layer, or one within a nested network.

    `depth` is the level of nesting, `index` its position among the layers of a nested network,
    counted from 0 as "trainable" counts them: including its input layer; operations are not layers
    and have none. `trainable` says whether it has trained weights, `connected_to` names the layers
    whose outputs it takes.
    """

    depth: int
    index: int | None
    trainable: bool
    connected_to: tuple[str, ...]


def expand(model: keras.Model, depth: int = 0) -> Iterator[ExpandedRow]:
    """A row for each layer of `model`, followed by those within it if it is a network."""
    within = {id(node) for nodes in model._nodes_by_depth.values() for node in nodes}
    numbers = {id(layer): number for number, layer in enumerate(model.layers)}
    for operation in model.operations:
        if not depth and isinstance(operation, keras.layers.InputLayer):
            continue
        plain = row_of(operation)
        yield ExpandedRow(
            **asdict(plain),
            depth=depth,
            index=numbers.get(id(operation)) if depth else None,
            trainable=plain.trainable_params > 0,
            connected_to=tuple(_givers(operation, within)),
        )
        graph = graph_of(operation)
        if graph is not None:
            yield from expand(graph, depth + 1)


def _givers(operation: Any, within: set[int]) -> Iterator[str]:
    """The names of the operations whose outputs it takes, within the network of these nodes."""
    seen = []
    for node in operation._inbound_nodes:
        if id(node) in within:
            for tensor in node.input_tensors:
                name = tensor._keras_history.operation.name
                if name not in seen:
                    seen.append(name)
    yield from seen
