"""From a flat list of layers to its graph, and every fault of its wiring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kspec.errors import Place, Problem, SpecError
from kspec.spec.catalog import suggest
from kspec.spec.graph.graph import Call, Graph, Inputs, Tensor, tensors_of
from kspec.spec.graph.reference import FORMS, read_reference
from kspec.spec.models import Layer, NestedModel, Spec
from kspec.spec.naming import name_fault

__all__ = ["Fault", "graph_of", "wire"]


@dataclass(frozen=True)
class Fault:
    """A fault of the wiring; `path` leads to it from the object that holds `layers`."""

    path: tuple[str | int, ...]
    code: str
    message: str


def graph_of(spec: Spec) -> Graph:
    """The graph of a spec's layers. Raises SpecError for references that lead nowhere."""
    graph, faults = wire(spec.layers, spec.entering, spec.outputs)
    if faults:
        node = spec._node
        raise SpecError(
            Problem(
                node.at(fault.path).place if node else Place(spec.name), fault.message, fault.code
            )
            for fault in faults
        )
    return graph


def wire(
    layers: Sequence[Layer], inputs: Iterable[str], outputs: Any = None
) -> tuple[Graph, list[Fault]]:
    """The graph of a flat list of layers, and every fault of its wiring.

    `inputs` names the model inputs; `outputs` is a reference, a list of them, or None for the last
    layer. If there are faults, the graph must not be used.
    """
    wiring = _Wiring(layers, tuple(inputs))
    graph = wiring.graph(outputs)
    return graph, wiring.faults


class _Wiring:
    def __init__(self, layers: Sequence[Layer], inputs: tuple[str, ...]) -> None:
        self.layers = layers
        self.inputs = inputs
        self.faults: list[Fault] = []
        self.places: dict[str, int] = {}
        for key in inputs:
            fault = name_fault(key)
            if fault is not None:
                self.faults.append(Fault(("inputs", key), "bad-name", fault))
        for index, layer in enumerate(layers):
            name = layer.arguments.get("name")
            if not isinstance(name, str):
                continue
            fault = name_fault(name)
            if fault is not None:
                self.fault((index, "name"), "bad-name", fault)
            elif name in self.places:
                earlier = self.places[name]
                self.fault(
                    (index, "name"),
                    "duplicate-name",
                    f'layers[{earlier}] is called "{name}" already',
                )
            elif name in inputs:
                self.fault(
                    (index, "name"),
                    "duplicate-name",
                    f'an input of the model is called "{name}" already',
                )
            self.places.setdefault(name, index)

    def fault(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        self.faults.append(Fault(("layers", *path), code, message))

    def graph(self, outputs: Any) -> Graph:
        calls = tuple(self.call(index, layer) for index, layer in enumerate(self.layers))
        given = self.outputs(outputs)
        graph = Graph(self.inputs, calls, given)
        if not self.faults:
            self.find_unused(graph)
        return graph

    def call(self, index: int, layer: Layer) -> Call:
        inputs = self.taken(index, layer)
        if layer.type == "Shared":
            return Call(index, layer, self.shared(index, layer), inputs)
        inner = self.inner(index, layer, inputs) if isinstance(layer, NestedModel) else None
        return Call(index, layer, index, inputs, inner)

    def taken(self, index: int, layer: Layer) -> Inputs:
        written = layer.inputs
        if written is None:
            if index:
                return Tensor(index - 1)
            if len(self.inputs) == 1:
                return Tensor(self.inputs[0])
            names = ", ".join(f'"{name}"' for name in self.inputs)
            message = f'the model has several inputs; say which this takes: "inputs": {names}'
            self.fault((index,), "ambiguous-input", message)
            return Tensor(self.inputs[0])
        return self.read(written, index, ("inputs",), (index, "inputs"))

    def read(
        self, written: Any, index: int, where: tuple[str | int, ...], path: tuple[str | int, ...]
    ) -> Inputs:
        """The tensors that `written` stands for, as layer `index` sees them."""
        if isinstance(written, str):
            return self.tensor(written, index, path)
        if isinstance(written, bool) and isinstance(where[-1], str) and len(where) > 1:
            return written
        if isinstance(written, (int, float)) and not isinstance(written, bool):
            return written
        if isinstance(written, (list, tuple)) and written:
            return [
                self.read(part, index, (*where, number), (*path, number))
                for number, part in enumerate(written)
            ]
        if isinstance(written, Mapping) and written:
            return {
                str(key): self.read(part, index, (*where, str(key)), (*path, str(key)))
                for key, part in written.items()
            }
        self.fault(path, "reference", f'"inputs" must be {FORMS}; a list or an object of these')
        return Tensor(self.inputs[0])

    def tensor(self, text: str, index: int, path: tuple[str | int, ...]) -> Tensor:
        reference = read_reference(text)
        if reference is None:
            self.fault(path, "reference", f'"{text}" is not a reference: {FORMS}')
            return Tensor(self.inputs[0])
        if reference.back is not None:
            if reference.back <= index:
                return Tensor(index - reference.back, reference.output)
            if reference.back == index + 1 and len(self.inputs) == 1:
                return Tensor(self.inputs[0], reference.output)
            self.fault(path, "reference", f'"{text}" points above the first layer')
            return Tensor(self.inputs[0])
        name = str(reference.name)
        if name in self.inputs:
            return Tensor(name, reference.output)
        found = self.places.get(name)
        if found is not None and found < index:
            return Tensor(found, reference.output)
        if found is not None:
            where = "is this layer itself" if found == index else "comes further down"
            message = f'"{name}" {where}; a layer takes only what stands above it'
            self.fault(path, "circle", message)
        else:
            known = [*self.inputs, *(name for name, place in self.places.items() if place < index)]
            self.fault(path, "unknown-layer", unknown_layer(name, known))
        return Tensor(self.inputs[0])

    def shared(self, index: int, layer: Layer) -> int:
        named = layer.arguments.get("layer")
        before = len(self.faults)
        path = (index, "layer")
        tensor = self.tensor(str(named), index, path)
        if len(self.faults) > before:
            return index
        if isinstance(tensor.source, str):
            self.fault(path, "reference", f'"{named}" is an input of the model, not a layer')
            return index
        target = self.layers[tensor.source]
        return self.shared(tensor.source, target) if target.type == "Shared" else tensor.source

    def inner(self, index: int, layer: NestedModel, inputs: Inputs) -> Graph:
        if isinstance(inputs, list) and len(inputs) > 1:
            message = 'a Model that takes several tensors names them: "inputs": {"left": …}'
            self.fault((index, "inputs"), "reference", message)
        names = tuple(inputs) if isinstance(inputs, Mapping) else ("input",)
        graph, faults = wire(layer.layers, names, layer.outputs)
        self.faults += (
            Fault(("layers", index, *fault.path), fault.code, fault.message) for fault in faults
        )
        return graph

    def outputs(self, written: Any) -> Tensor | tuple[Tensor, ...]:
        end = len(self.layers)
        if written is None:
            return Tensor(end - 1)
        before = len(self.faults)
        if isinstance(written, str):
            given: Tensor | tuple[Tensor, ...] = self.tensor(written, end, ("outputs",))
        else:
            given = tuple(
                self.tensor(str(text), end, ("outputs", number))
                for number, text in enumerate(written)
            )
        # The paths of `tensor` begin within "layers"; "outputs" is beside it.
        self.faults[before:] = [
            Fault(fault.path[1:], fault.code, fault.message) for fault in self.faults[before:]
        ]
        return given

    def find_unused(self, graph: Graph) -> None:
        """Add a fault for each layer and model input that leads to no output."""
        used: set[int | str] = set()
        waiting = [tensor.source for tensor in graph.given()]
        while waiting:
            source = waiting.pop()
            if source in used:
                continue
            used.add(source)
            if isinstance(source, int):
                call = graph.calls[source]
                waiting += (tensor.source for tensor in tensors_of(call.inputs))
        for call in graph.calls:
            shares = any(
                other.target == call.index and other.index in used for other in graph.calls
            )
            if call.index not in used and not shares:
                message = (
                    f"nothing uses the output of this {call.layer.type}; "
                    'name it in the "inputs" of another layer or in "outputs"'
                )
                self.fault((call.index,), "dangling-layer", message)
        for name in self.inputs:
            if name not in used and len(self.inputs) > 1:
                message = f'no layer takes the input "{name}"'
                self.faults.append(Fault(("inputs", name), "dangling-input", message))


def unknown_layer(name: str, known: Sequence[str]) -> str:
    """The message for a name that no layer has."""
    close = suggest(name, known)
    if close:
        return f'there is no layer "{name}" above. Did you mean "{close}"?'
    listed = ", ".join(f'"{each}"' for each in known[:8])
    return (
        f'there is no layer "{name}" above; the names are {listed}{", …" if len(known) > 8 else ""}'
    )
