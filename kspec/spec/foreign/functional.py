"""Reads a Functional model: a graph of calls becomes a list of layers."""

from __future__ import annotations

from typing import Any

from kspec.spec import catalog
from kspec.spec.foreign.entrance import input_of_layer, is_input
from kspec.spec.foreign.lambdas import is_lambda, lambda_of
from kspec.spec.foreign.layer import Converted, check
from kspec.spec.foreign.list_of_layers import INPUT, ListOfLayers
from kspec.spec.foreign.model import ForeignInput
from kspec.spec.foreign.names import Names
from kspec.spec.foreign.network import Network, Scope
from kspec.spec.foreign.nodes import RawCall, Tensor
from kspec.spec.foreign.operations import is_operation, operation_of
from kspec.spec.foreign.outputs import gives_several
from kspec.spec.foreign.reading import BrokenError, quoted
from kspec.spec.foreign.structure import RawLayer, is_model
from kspec.spec.foreign.wiring import Key, Wiring
from kspec.spec.foreign.written import inputs_of_layer, inputs_of_operation

__all__ = ["read_functional"]

_MANY = 1000
"""More outputs than any layer has."""


def read_functional(layer: RawLayer, scope: Scope) -> Network:
    """The network of a Functional model. Raises BrokenError."""
    return _Writer(Wiring(layer, scope.reading), scope).network()


class _Writer:
    def __init__(self, wiring: Wiring, scope: Scope) -> None:
        self.wiring = wiring
        self.scope = scope
        self.input_names = _input_names(wiring)
        self.list = ListOfLayers(self.input_names.values())
        self.names: dict[int, str] = {}
        self.converted: dict[int, Converted] = {}
        self.networks: dict[int, Network] = {}
        # For each call its name, and whether a reference must say which output.
        self.written: dict[Key, tuple[str, bool]] = {}

    def network(self) -> Network:
        entering: dict[str, ForeignInput | None] = {}
        for _, index in self.wiring.inputs:
            name = self.input_names[index]
            entering[name] = input_of_layer(self.wiring.layers[index], self.scope.reading)
        self.convert_layers()
        for key in self.wiring.order:
            self.append(key)
        return Network(
            inputs=entering,
            layers=self.list.layers,
            outputs=[self.reference(end, is_end=True) for end in self.wiring.ends],
            keys=[key for key, _ in self.wiring.inputs],
        )

    def convert_layers(self) -> None:
        """Convert every layer that is used, in the order of the file."""
        used = {index for index, _ in self.wiring.order}
        for index, layer in enumerate(self.wiring.layers):
            if index in self.input_names:
                self.scope.record(layer, self.input_names[index], "Input")
            if index not in used or is_input(layer):
                continue
            name = self.names[index] = self.list.names.take(str(layer.name))
            if is_operation(layer) or is_lambda(layer):
                self.scope.record(layer, name, "ops")
            elif is_model(layer):
                self.networks[index] = self.scope.nested(layer, name)
            elif (converted := self.scope.convert(layer, name)) is not None:
                self.converted[index] = converted

    def append(self, key: Key) -> None:
        index, _ = key
        layer, call = self.wiring.layers[index], self.wiring.calls[key]
        name = self.names[index]
        again = any(written in self.written for written in self.calls_before(key))
        try:
            if not any(call.tensors()):
                raise BrokenError("it is called with no tensor")
            if is_operation(layer) or is_lambda(layer):
                item, inputs = self.operation(layer, call)
            elif index in self.networks:
                item = self.networks[index].as_item()
                inputs = self.inputs_of_model(layer, self.networks[index], call)
            elif index in self.converted:
                item = self.converted[index].item
                inputs = inputs_of_layer(call, self.converted[index].entry, self.reference)
            else:
                self.written[key] = (name, False)  # It was refused; still read its consumers.
                return
        except BrokenError as error:
            self.scope.reading.refuse(f"{layer.title} ({layer.class_name}): {error}")
            self.written[key] = (name, False)
            return
        several = index in self.wiring.several or gives_several(item, inputs)
        inputs = self.prepared(self.converted.get(index), name, inputs)
        if again:
            own = name
            name = self.list.names.take(name)
            if catalog.operation_of(item["type"]) is None:
                item = {"type": "Shared", "layer": own}
        self.written[key] = (self.list.put(item, name, inputs), several)

    def prepared(self, converted: Converted | None, name: str, inputs: Any) -> Any:
        """The inputs of the layer, after appending any layer that must precede one of them."""
        scaled = f"{name}_scaled"
        if converted is not None and converted.before is not None:
            return self.list.put(converted.before, self.list.names.take(scaled), inputs)
        if converted is not None and converted.before_second is not None:
            if not isinstance(inputs, list) or len(inputs) != 2:
                raise BrokenError(f'layer "{name}" takes two tensors')
            first, second = inputs
            return [
                first,
                self.list.put(converted.before_second, self.list.names.take(scaled), second),
            ]
        return inputs

    def calls_before(self, key: Key) -> list[Key]:
        """The other calls of the same layer."""
        index, number = key
        count = len(self.wiring.layers[index].nodes)
        return [(index, other) for other in range(count) if other != number]

    def operation(self, layer: RawLayer, call: RawCall) -> tuple[dict[str, Any], Any]:
        if is_lambda(layer):
            entry, arguments, call = lambda_of(layer, call)
        else:
            entry, arguments = operation_of(layer)
        inputs, more = inputs_of_operation(call, entry, self.reference)
        item = {"type": f"ops.{entry.name}", **arguments, **more}
        check(item)
        return item, inputs

    def inputs_of_model(self, layer: RawLayer, network: Network, call: RawCall) -> Any:
        if call.kwargs:
            raise BrokenError(f"it is called with {quoted(next(iter(call.kwargs)))}")
        given = call.args[0] if len(call.args) == 1 else list(call.args)
        if isinstance(given, dict):
            keys = [key for key in network.keys if key in given]
            given = [given[key] for key in keys]
        tensors = given if isinstance(given, list) else [given]
        if len(tensors) != len(network.inputs) or not all(
            isinstance(tensor, Tensor) for tensor in tensors
        ):
            raise BrokenError(f"it takes {len(network.inputs)} tensors, but is called with others")
        references = [self.reference(tensor) for tensor in tensors]
        if len(references) == 1:
            return references[0]
        return dict(zip(network.inputs, references, strict=True))

    def reference(self, tensor: Tensor, *, is_end: bool = False) -> str:
        key = self.wiring.key(tensor, is_end=is_end)
        if key is None:
            return self.input_names[self.wiring.index[tensor.layer]]
        name, several = self.written[key]
        network = self.networks.get(key[0])
        count = len(network.outputs) if network is not None else _MANY
        if not 0 <= tensor.output < count:
            raise BrokenError(f"{quoted(tensor.layer)} has no output {tensor.output}")
        return f"{name}[{tensor.output}]" if several else name


def _input_names(wiring: Wiring) -> dict[int, str]:
    """The name by which layers refer to each input: a single one is "input"."""
    places = [index for _, index in wiring.inputs]
    if len(places) == 1:
        return {places[0]: INPUT}
    names = Names()
    return {index: names.take(str(wiring.layers[index].name)) for index in places}
