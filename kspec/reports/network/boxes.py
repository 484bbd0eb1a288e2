"""The layers of a network as boxes; what is repeated, one box for all of its rounds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kspec.reports.network.rounds import rounds
from kspec.spec.automatic_names import layer_names
from kspec.spec.graph import Call, Graph, Tensor, graph_of, tensors_of
from kspec.spec.models import Layer, Spec

__all__ = ["Box", "boxes_of", "size_text"]

# The arguments that tell one layer of a type from another at a glance, in this order; and those
# that count along the axes of a picture, of which one value is meant for all.
TELLING = (
    "application",
    "filters",
    "units",
    "input_dim",
    "output_dim",
    "num_heads",
    "pool_size",
    "kernel_size",
    "size",
    "rate",
    "activation",
)
OF_AXES = ("pool_size", "kernel_size", "size")


@dataclass(frozen=True)
class Box:
    """A model input, a layer, or layers that come `rounds` times one after the other.

    `lines` say what it is, a line for each layer; `name` is that of the only layer, if the spec
    gives one; `shape` is what comes out, and None where it is not known, as `params`. `takes` are
    the places of other boxes in the list, in order; `gives` says that it is an output of the
    network.
    """

    lines: tuple[str, ...]
    name: str | None
    shape: str | None
    params: int | None
    takes: tuple[int, ...]
    rounds: int = 1
    is_input: bool = False
    gives: bool = False


def boxes_of(spec: Spec, rows: Sequence[Mapping[str, Any]]) -> list[Box]:
    """The boxes of `spec`, inputs first, each after those that it takes.

    `rows` are those of the parameter table (`kspec.model.table`, or a run's `parameters.json`): for
    each layer its "name", "output_shape" and "params". A layer without a row has neither shape nor
    parameters.
    """
    graph = graph_of(spec)
    known = {str(row.get("name")): row for row in rows}
    names = layer_names(spec.layers)
    boxes = [
        Box(
            ("Input",),
            None if name == "input" else name,
            size_text(each.shape),
            0,
            (),
            is_input=True,
        )
        for name, each in spec.entering.items()
    ]
    places: dict[int | str, int] = {name: place for place, name in enumerate(spec.entering)}
    giving = {tensor.source for tensor in graph.given()}
    start = 0
    for period, count in rounds(
        [_signature(call, graph.inputs) for call in graph.calls], _seen(graph)
    ):
        calls = graph.calls[start : start + period * count]
        start += period * count
        inside = {call.index for call in calls}
        outside = [
            tensor.source
            for call in calls
            for tensor in tensors_of(call.inputs)
            if tensor.source not in inside
        ]
        last = known.get(names[calls[-1].target], {})
        boxes.append(
            Box(
                lines=tuple(_line(call, names) for call in calls[:period]),
                name=_given_name(calls[0].layer) if len(calls) == 1 else None,
                shape=size_text(last["output_shape"]) if "output_shape" in last else None,
                params=_params(calls, names, known),
                takes=tuple(dict.fromkeys(places[source] for source in outside)),
                rounds=count,
                gives=bool(inside & giving),
            )
        )
        places |= dict.fromkeys(inside, len(boxes) - 1)
    return boxes


def size_text(shape: Any) -> str:
    """`32×32×3`; of several tensors one after the other."""
    if isinstance(shape, (list, tuple)):
        if any(isinstance(each, (list, tuple)) for each in shape):
            return ", ".join(size_text(each) for each in shape)
        return "×".join("?" if each is None else str(each) for each in shape)
    return str(shape)


def _signature(call: Call, inputs: Sequence[str]) -> str:
    """Equal for calls of the same layer on what stands equally far before them.

    An input that is the only one stands before the first.
    """
    arguments = {key: value for key, value in call.layer.arguments.items() if key != "name"}
    taken = [
        call.index - tensor.source
        if isinstance(tensor.source, int)
        else call.index + 1
        if len(inputs) == 1
        else tensor.source
        for tensor in tensors_of(call.inputs)
    ]
    own = call.index if call.target != call.index or call.inner is not None else ""
    return json.dumps([call.layer.type, arguments, taken, own], default=str, sort_keys=True)


def _seen(graph: Graph) -> list[int]:
    """For each call the index of the last one that takes something of it."""
    last = [call.index for call in graph.calls]
    for call in graph.calls:
        for tensor in tensors_of(call.inputs):
            if isinstance(tensor.source, int):
                last[tensor.source] = max(last[tensor.source], call.index)
    for tensor in graph.given():
        _reach(last, tensor)
    return last


def _reach(last: list[int], tensor: Tensor) -> None:
    if isinstance(tensor.source, int):
        last[tensor.source] = len(last)


def _line(call: Call, names: Sequence[str]) -> str:
    layer = call.layer
    if call.target != call.index:
        return f"{names[call.target]} again"
    if call.inner is not None:
        return f"Model of {len(call.inner.calls)} layers"
    axes = re.search(r"([123])D", layer.type)
    said = []
    for key in (key for key in TELLING if key in layer.arguments):
        value = layer.arguments[key]
        if key in OF_AXES and axes and isinstance(value, int):
            value = [value] * int(axes[1])
        said.append(_value(value))
    strides = layer.arguments.get("strides", 1)
    if strides not in (1, [1, 1], (1, 1)) and "kernel_size" in layer.arguments:
        said.append(f"/ {_value(strides)}")
    return " ".join([layer.type, *said])


def _value(value: Any) -> str:
    """A value as text; of an object its type."""
    if isinstance(value, (list, tuple)):
        return "×".join(str(each) for each in value)
    kind = getattr(value, "type", None) or (value.get("type") if isinstance(value, dict) else None)
    return str(kind or value)


def _given_name(layer: Layer) -> str | None:
    name = layer.arguments.get("name")
    return name if isinstance(name, str) else None


def _params(
    calls: Sequence[Call], names: Sequence[str], known: Mapping[str, Mapping[str, Any]]
) -> int | None:
    counts = [
        known.get(names[call.index], {}).get("params") if call.target == call.index else 0
        for call in calls
    ]
    whole = [count for count in counts if isinstance(count, int)]
    return sum(whole) if len(whole) == len(counts) else None
