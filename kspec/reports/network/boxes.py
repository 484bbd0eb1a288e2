"""The layers of a network as boxes: one for layers of one shape, and for a whole repeat."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kspec.reports.network.pieces import pieces_of
from kspec.reports.network.rounds import rounds
from kspec.spec.automatic_names import layer_names
from kspec.spec.graph import Call, graph_of, tensors_of
from kspec.spec.models import Layer, Spec
from kspec.spec.shapes.families import FAMILIES

__all__ = ["Box", "boxes_of", "size_text"]

RATE = "rate"
# The arguments that distinguish layers of the same type at a glance, in this order; and those with
# a value for each axis of a picture, for which a single number means all axes.
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
    RATE,
    "activation",
)
OF_AXES = ("pool_size", "kernel_size", "size")


@dataclass(frozen=True)
class Box:
    """A model input, or layers that are repeated `rounds` times in a row.

    `lines` describe it, one for each layer; `names` are the layers' names where the spec gives
    them, and None if they are repeated; `shape` is the output shape. `shape` and `params` are None
    if unknown. `takes` are the indices of the boxes that it takes its inputs from, in order;
    `gives` says that it is an output of the network.
    """

    lines: tuple[str, ...]
    names: tuple[str | None, ...]
    shape: str | None
    params: int | None
    takes: tuple[int, ...]
    rounds: int = 1
    is_input: bool = False
    gives: bool = False


def boxes_of(spec: Spec, rows: Sequence[Mapping[str, Any]]) -> list[Box]:
    """The boxes of `spec`, inputs first, each after the boxes that it takes from.

    `rows` are those of the parameter table (`kspec.model.table`, or a run's `parameters.json`): for
    each layer its "name", "output_shape" and "params". For a layer without a row both are unknown.
    """
    graph = graph_of(spec)
    known = {str(row.get("name")): row for row in rows}
    names = layer_names(spec.layers)
    boxes = [
        Box(
            ("Input",),
            (None if name == "input" else name,),
            size_text(each.shape),
            0,
            (),
            is_input=True,
        )
        for name, each in spec.entering.items()
    ]
    places: dict[int | str, int] = {name: place for place, name in enumerate(spec.entering)}
    giving = {tensor.source for tensor in graph.given()}
    pieces, last_use = pieces_of(graph)
    signatures = [[_signature(call, graph.inputs) for call in piece] for piece in pieces]
    start = 0
    for period, count in rounds(
        list(map(json.dumps, signatures)),
        last_use,
        list(map(len, pieces)),
        [piece[0].layer.type in FAMILIES["pooling"] for piece in pieces],
    ):
        end = start + period * count
        calls = [call for piece in pieces[start:end] for call in piece]
        length = len(calls) // count
        shown = calls[:length]
        start = end
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
                lines=tuple(_line(calls[place::length], names) for place in range(length)),
                names=tuple(_given_name(call.layer) if count == 1 else None for call in shown),
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
    """`32×32×3`; the shapes of several tensors are separated by commas."""
    if isinstance(shape, (list, tuple)):
        if any(isinstance(each, (list, tuple)) for each in shape):
            return ", ".join(size_text(each) for each in shape)
        return "×".join("?" if each is None else str(each) for each in shape)
    return str(shape)


def _signature(call: Call, inputs: Sequence[str]) -> str:
    """A text that is equal for calls of equal layers on tensors from equally far before them.

    Dropout rates do not count, since many networks raise them from block to block. If the network
    has a single input, that comes directly before the first call.
    """
    skipped = ("name", RATE) if "Dropout" in call.layer.type else ("name",)
    arguments = {key: value for key, value in call.layer.arguments.items() if key not in skipped}
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


def _line(rounds: Sequence[Call], names: Sequence[str]) -> str:
    """The line for a layer; `rounds` are the calls at its position, one from each round."""
    call, layer = rounds[0], rounds[0].layer
    if call.target != call.index:
        return f"{names[call.target]} again"
    if call.inner is not None:
        return f"Model of {len(call.inner.calls)} layers"
    axes = re.search(r"([123])D", layer.type)
    said = []
    for key in (key for key in TELLING if key in layer.arguments):
        value = layer.arguments[key]
        if key == RATE:
            value = _from_to([each.layer.arguments.get(key) for each in rounds])
        if key in OF_AXES and axes and isinstance(value, int):
            value = [value] * int(axes[1])
        said.append(_value(value))
    strides = layer.arguments.get("strides", 1)
    if strides not in (1, [1, 1], (1, 1)) and "kernel_size" in layer.arguments:
        said.append(f"/ {_value(strides)}")
    return " ".join([layer.type, *said])


def _from_to(values: Sequence[Any]) -> str:
    """The one common value, the first and last value, or a list of the different values."""
    different = list(dict.fromkeys(map(_value, values)))
    ends = [_value(values[0]), _value(values[-1])]
    return ", ".join(different) if ends[0] == ends[1] else " … ".join(ends)


def _value(value: Any) -> str:
    """A value as text; for an object its type."""
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
