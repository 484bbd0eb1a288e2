"""Writes the layers of a network as in a spec, with some of the differences applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kspec.spec.changes.atom import LAYERS, State
from kspec.spec.changes.parts import Network
from kspec.spec.changes.slots import Overlay, Slot, overlay
from kspec.spec.changes.wiring import Wiring
from kspec.spec.graph import Tensor

__all__ = ["arguments_of", "write_network"]

Layers = list[dict[str, Any]]


def write_network(
    network: Overlay, wirings: Mapping[tuple[int, ...], Wiring], state: State
) -> tuple[Layers, Any]:
    """`layers` and `outputs` of a network in `state`; `outputs` None for those of the last layer.

    `wirings` maps the path of each network to its wiring.
    """
    wiring = wirings[network.path]
    there = [slot for slot in network.slots if slot.is_there(state)]
    references = _References(there, state)
    inputs = network.before.inputs
    layers = []
    for place, slot in enumerate(there):
        layer: dict[str, Any] = {"type": slot.own.type}
        name = slot.name(state)
        if name is not None:
            layer["name"] = name
        layer |= arguments_of(slot, state)
        if slot.own.shares is not None:
            target = network.places[0 if slot.before is not None else 1][slot.own.shares]
            layer["layer"] = references.text(Tensor(target), place)
        if slot.own.inner is not None:
            layer["layers"], outputs = (
                write_network(slot.inner, wirings, state)
                if slot.inner is not None
                else _whole(slot.own.inner)
            )
            layer |= {"outputs": outputs} if outputs is not None else {}
        takes = wiring.inputs(slot.number, state)
        before = Tensor(there[place - 1].number) if place else Tensor(inputs[0])
        if takes != before or (place == 0 and len(inputs) > 1):
            layer["inputs"] = references.within(takes, place)
        layers.append(layer)
    given = wiring.outputs(state)
    if given == (Tensor(there[-1].number),):
        return layers, None
    outputs = references.within(list(given), len(there))
    return layers, outputs[0] if len(outputs) == 1 else outputs


def arguments_of(slot: Slot, state: State) -> dict[str, Any]:
    """The arguments of a layer in `state`, as they are written."""
    arguments = dict(slot.own.written)
    if slot.after is None or slot.before is None:
        return arguments
    for atom in slot.arguments():
        if atom in state:
            arguments.pop(atom.key, None)
            if atom.key in slot.after.written:
                arguments[atom.key] = slot.after.written[atom.key]
    return arguments


class _References:
    """The references by which layers refer to those above them."""

    def __init__(self, there: list[Slot], state: State) -> None:
        self.names = {slot.number: slot.name(state) for slot in there}
        self.places = {slot.number: place for place, slot in enumerate(there)}

    def text(self, tensor: Tensor, place: int) -> str:
        """The reference to a tensor from the layer at `place`."""
        source = tensor.source
        if isinstance(source, str):
            text = source
        else:
            text = self.names[source] or f"#-{place - self.places[source]}"
        return text if tensor.output is None else f"{text}[{tensor.output}]"

    def within(self, takes: Any, place: int) -> Any:
        """What the layer at `place` takes, with its tensors as references."""
        if isinstance(takes, Tensor):
            return self.text(takes, place)
        if isinstance(takes, Mapping):
            return {key: self.within(value, place) for key, value in takes.items()}
        return [self.within(each, place) for each in takes] if isinstance(takes, list) else takes


def _whole(network: Network) -> tuple[Layers, Any]:
    """The layers and outputs of a nested network that only one of the specs has."""
    alone = overlay(network, network, LAYERS)
    wirings = {each.path: Wiring(each) for each in alone.networks()}
    return write_network(alone, wirings, frozenset())
