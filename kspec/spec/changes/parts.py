"""A network taken apart: its layers with their arguments, apart from the wiring."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kspec.spec.automatic_names import layer_names
from kspec.spec.canonical_objects import canonical_object, plain_numbers
from kspec.spec.graph import Graph, Tensor, graph_of
from kspec.spec.models import Layer, Spec

__all__ = ["Network", "Part", "augmentation_of", "network_of"]

# Keys of a layer that are not arguments.
_BESIDE = ("type", "name", "inputs", "layers", "outputs", "layer")


@dataclass(frozen=True, eq=False)
class Part:
    """One layer of a network.

    `arguments` are in canonical form, `written` as in the spec; neither holds `name` and `inputs`.
    `label` is the actual name of the layer, and `name` the same if the spec must state it, else
    None. `inputs` is as in `kspec.spec.graph`, `shares` the index of the layer that a Shared calls.
    """

    index: int
    type: str
    arguments: dict[str, Any]
    written: dict[str, Any]
    label: str
    name: str | None
    inputs: Any
    shares: int | None = None
    inner: Network | None = None


@dataclass(frozen=True, eq=False)
class Network:
    """A network, possibly nested: its inputs, its layers and its outputs."""

    inputs: tuple[str, ...]
    parts: tuple[Part, ...]
    outputs: tuple[Tensor, ...]


def network_of(spec: Spec) -> Network:
    """The network of a spec. Raises SpecError for references that lead nowhere."""
    return _network(graph_of(spec))


def augmentation_of(spec: Spec) -> Network:
    """The augmentation of a spec as a sequential network."""
    parts = []
    for index, step in enumerate(spec.augmentation):
        values = step.model_dump(mode="json")
        plain = plain_numbers(canonical_object("layers", values))
        arguments = {key: value for key, value in plain.items() if key != "type"}
        written = {key: value for key, value in values.items() if key != "type"}
        takes = Tensor(index - 1) if index else Tensor("input")
        parts.append(Part(index, plain["type"], arguments, written, plain["type"], None, takes))
    return Network(("input",), tuple(parts), ())


def _network(graph: Graph) -> Network:
    layers = [call.layer for call in graph.calls]
    labels = layer_names(layers)
    needed = _needed(layers, labels)
    parts = []
    for call, label, name in zip(graph.calls, labels, needed, strict=True):
        values = call.layer.model_dump(mode="json")
        plain = canonical_object("layers", values)
        # (The `layer` of a wrapper is an ordinary argument; that of a Shared is a reference.)
        beside = _BESIDE if call.layer.type == "Shared" else _BESIDE[:-1]
        parts.append(
            Part(
                call.index,
                plain["type"],
                {k: plain_numbers(v) for k, v in plain.items() if k not in beside},
                {k: v for k, v in values.items() if k not in beside},
                label,
                name,
                call.inputs,
                call.target if call.layer.type == "Shared" else None,
                _network(call.inner) if call.inner is not None else None,
            )
        )
    return Network(graph.inputs, tuple(parts), graph.given())


def _needed(layers: Sequence[Layer], labels: list[str]) -> list[str | None]:
    """The names that must be stated: without the others, all layers keep their names."""
    kept = list(layers)
    for index, layer in enumerate(layers):
        name = layer.arguments.get("name")
        if not isinstance(name, str):
            continue
        # Most names cannot be automatic, and trying them all takes long.
        alone = layer_names([_nameless(layer)])[0]
        if re.fullmatch(rf"{re.escape(alone)}(_[0-9]+)?", name):
            without = [*kept[:index], _nameless(layer), *kept[index + 1 :]]
            kept = without if layer_names(without) == labels else kept
    return [layer.arguments.get("name") for layer in kept]


def _nameless(layer: Layer) -> Layer:
    arguments = {key: value for key, value in layer.arguments.items() if key != "name"}
    return Layer(type=layer.type, **arguments)
