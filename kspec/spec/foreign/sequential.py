"""Reads a Sequential: a list of layers, each taking the output of the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kspec.spec.foreign.entrance import input_of_first_layer, is_input
from kspec.spec.foreign.list_of_layers import INPUT, ListOfLayers
from kspec.spec.foreign.merge import is_merge
from kspec.spec.foreign.model import ForeignInput
from kspec.spec.foreign.names import Names
from kspec.spec.foreign.network import Network, Scope
from kspec.spec.foreign.reading import BrokenError, as_list
from kspec.spec.foreign.structure import (
    RawLayer,
    is_model,
    is_sequential,
    layers_of,
    raw_layer,
)
from kspec.spec.foreign.values import snake

__all__ = ["read_sequential"]


def read_sequential(layer: RawLayer, scope: Scope) -> Network:
    """The network of a Sequential. Raises BrokenError.

    In Keras 1 it may begin with a Merge that holds other models; their layers then come first, each
    with an input of its own.
    """
    entering = list(_entering(layer, scope))
    names = _names(entering)
    reader = _Reader(scope, names)
    reader.read(layer)
    return Network(
        inputs=dict(zip(names, entering, strict=True)),
        layers=reader.list.layers,
        outputs=[reader.current],
        keys=[each.name if each else name for each, name in zip(entering, names, strict=True)],
    )


def _entering(layer: RawLayer, scope: Scope) -> Iterator[ForeignInput | None]:
    first = next(iter(layers_of(layer)), None)
    if first is None:
        raise BrokenError(f"{layer.title} has no layers")
    if is_merge(first):
        for branch in _branches(first):
            yield from _entering(branch, scope)
    else:
        yield input_of_first_layer(layer, scope.reading)


def _names(entering: list[ForeignInput | None]) -> list[str]:
    if len(entering) == 1:
        return [INPUT]
    names = Names()
    return [names.take(each.name if each else INPUT) for each in entering]


def _branches(merge: RawLayer) -> list[RawLayer]:
    values = as_list(merge.arguments.get("layers"), f'the "layers" of {merge.title}')
    branches = [raw_layer(value, f"a branch of {merge.title}") for value in values]
    if not branches:
        raise BrokenError(f"{merge.title} merges nothing")
    for branch in branches:
        if not is_sequential(branch):
            raise BrokenError(
                f"{merge.title} merges a {branch.class_name}; only Sequential can be read here"
            )
    return branches


class _Reader:
    def __init__(self, scope: Scope, inputs: list[str]) -> None:
        self.scope = scope
        self.list = ListOfLayers(inputs)
        self.waiting = iter(inputs)
        self.current = ""

    def read(self, model: RawLayer) -> None:
        """Append the layers of `model`; `current` then refers to its output."""
        for index, layer in enumerate(layers_of(model)):
            if index == 0 and is_merge(layer):
                gathered = []
                for branch in _branches(layer):
                    self.read(branch)
                    gathered.append(self.current)
                self.append(layer, gathered)
                continue
            if index == 0:
                self.current = next(self.waiting)
            self.append(layer, self.current)

    def append(self, layer: RawLayer, inputs: str | list[str]) -> None:
        own = layer.name or snake(layer.class_name)
        layer = replace(layer, name=own)
        if is_input(layer):
            self.scope.record(layer, INPUT, "Input")
            return
        name = self.list.names.take(own)
        if is_model(layer):
            network = self.scope.nested(layer, name)
            if len(network.inputs) != 1 or len(network.outputs) != 1:
                raise BrokenError(
                    f"{layer.title} takes or gives several tensors, but is in a Sequential"
                )
            self.current = self.list.put(network.as_item(), name, inputs)
            return
        converted = self.scope.convert(layer, name)
        if converted is None:
            return
        if converted.before is not None:
            before = self.list.names.take(f"{name}_scaled")
            inputs = self.list.put(converted.before, before, inputs)
        self.current = self.list.put(converted.item, name, inputs)
