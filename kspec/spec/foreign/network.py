"""A model of the file as a network of a spec: its layers, inputs and outputs.

Two kinds of model hold layers: `sequential` reads the list, `functional` the graph. Either may be
nested in the other, and in layers such as TimeDistributed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from kspec.spec.foreign.layer import Converted, convert
from kspec.spec.foreign.list_of_layers import INPUT
from kspec.spec.foreign.model import ForeignInput, Source
from kspec.spec.foreign.reading import BrokenError, Reading
from kspec.spec.foreign.structure import RawLayer, is_functional, is_sequential

__all__ = ["Network", "Scope", "network_of"]


@dataclass
class Network:
    """Layers with names and references; `inputs` by the names that layers refer to.

    `keys` are the names of the inputs for a caller: the keys of a model that takes a dict,
    otherwise the names in the file. An input is None if the file does not give its shape.
    """

    inputs: dict[str, ForeignInput | None]
    layers: list[dict[str, Any]]
    outputs: list[str]
    keys: list[str] = field(default_factory=list)

    def as_item(self) -> dict[str, Any]:
        """The network as one layer of another."""
        item: dict[str, Any] = {"type": "Model", "layers": self.layers}
        if len(self.outputs) > 1:
            item["outputs"] = self.outputs
        elif self.outputs[0] != self.layers[-1]["name"]:
            item["outputs"] = self.outputs[0]
        return item


@dataclass(frozen=True)
class Scope:
    """Where in the file a model is: the names of the models around it, and if these are frozen."""

    reading: Reading
    path: tuple[str, ...] = ()
    frozen: bool = False

    def within(self, name: str, layer: RawLayer) -> Scope:
        """The scope of a model that is nested in this one as `name`."""
        frozen = self.frozen or layer.arguments.get("trainable") is False
        return replace(self, path=(*self.path, name), frozen=frozen)

    def convert(self, layer: RawLayer, name: str) -> Converted | None:
        """The layer for the spec, called `name` there; None, and a problem, if it is impossible."""
        if self.frozen:
            layer = replace(layer, config={**layer.arguments, "trainable": False})
        try:
            converted = convert(layer, self.reading, self._inner_model)
        except BrokenError as error:
            self.reading.refuse(str(error))
            return None
        self.record(layer, name, converted.item["type"], converted.scaled)
        return converted

    def record(self, layer: RawLayer, name: str, type_: str, scaled: tuple[str, ...] = ()) -> None:
        """Record a layer of the file."""
        source = Source(
            path=(*self.path, name),
            name=layer.name or name,
            class_name=layer.class_name,
            type=type_,
            dialect=self.reading.dialect,
            config=layer.arguments,
            scaled=scaled,
        )
        self.reading.sources.append(source)

    def nested(self, layer: RawLayer, name: str) -> Network:
        """A model that is nested in this one as `name`. Raises BrokenError."""
        self.record(replace(layer, config={}), name, "Model")
        return network_of(layer, self.within(name, layer))

    def _inner_model(self, layer: RawLayer) -> dict[str, Any]:
        network = network_of(layer, self.within(layer.name or "layer", layer))
        if len(network.inputs) != 1:
            raise BrokenError(f"its {layer.class_name} takes several tensors")
        return network.as_item()


def network_of(layer: RawLayer, scope: Scope) -> Network:
    """The network of a model. Raises BrokenError if the model is malformed.

    What is refused in it is recorded in `scope.reading`.
    """
    # These modules read nested models, and so import this one.
    from kspec.spec.foreign.functional import read_functional
    from kspec.spec.foreign.sequential import read_sequential

    if is_sequential(layer):
        network = read_sequential(layer, scope)
    elif is_functional(layer):
        network = read_functional(layer, scope)
    else:
        raise BrokenError(f"{layer.title} is a {layer.class_name}, not a network")
    if not network.layers and network.inputs:
        # A network whose output is its input.
        network.layers.append({"type": "Identity", "name": "identity"})
        if network.outputs == [INPUT]:
            network.outputs = ["identity"]
    if not network.layers:
        raise BrokenError(f"{layer.title} has no layers")
    return network
