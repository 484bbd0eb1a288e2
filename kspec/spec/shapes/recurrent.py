"""Recurrent layers: one output at the end or one for each step, followed by the states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kspec.spec.shapes.convolution import convolved
from kspec.spec.shapes.settings import Rule, Settings, whole
from kspec.spec.shapes.shape import Dims, Given, Outputs, Unsure
from kspec.spec.shapes.spatial import joined, parted
from kspec.spec.shapes.taken import of_rank, one

__all__ = ["RULES"]

# How many states the cells keep.
_STATES = {"GRU": 1, "LSTM": 2, "SimpleRNN": 1}


def recurrent(settings: Settings, given: Given) -> Outputs:
    steps, features = of_rank(settings, _sequence(given), "steps", "features")
    if features is None:
        raise Unsure
    units = settings.positive("units")
    return _outputs(settings, steps, (units,), ((units,),) * _STATES[settings.kind])


def of_cells(settings: Settings, given: Given) -> Outputs:
    shape, cell = one(settings, _sequence(given)), settings.value("cell")
    if len(shape) != 2:
        # Which ranks are valid depends on the cell, which Keras calls only with data.
        raise Unsure
    steps, features = shape
    if isinstance(cell, Mapping) and cell.get("type") == "StackedRNNCells":
        cell = cell.get("cells")
    if features is None:
        raise Unsure
    if not isinstance(cell, (list, tuple)):
        units = _units(cell)
        kind = cell["type"].removesuffix("Cell")
        return _outputs(settings, steps, (units,), ((units,),) * _STATES[kind])
    if not cell or settings.yes("return_state"):
        # The states are a list for each cell.
        raise Unsure
    return _outputs(settings, steps, ([_units(each) for each in cell][-1],), ())


def convolutional(settings: Settings, given: Given) -> Outputs:
    (steps,), sizes, channels = parted(settings, _sequence(given), "steps")
    if channels is None or None in sizes:
        raise Unsure
    # The shape of one step of the sequence.
    step = joined(settings, sizes, channels)
    made = joined(settings, convolved(settings, sizes, step), settings.positive("filters"))
    return _outputs(settings, steps, made, (made, made))


def _sequence(given: Given) -> Given:
    if isinstance(given, list):
        # The list may also hold the states.
        raise Unsure
    return given


def _outputs(
    settings: Settings, steps: int | None, made: Dims, states: tuple[Dims, ...]
) -> Outputs:
    if settings.yes("stateful"):
        # Keras then requires a fixed batch size.
        raise Unsure
    output = (steps, *made) if settings.yes("return_sequences") else made
    return (output, *states) if settings.yes("return_state") else output


def _units(cell: Any) -> int:
    if not isinstance(cell, Mapping):
        raise Unsure
    kind, units = cell.get("type"), whole(cell.get("units"))
    if kind not in ("GRUCell", "LSTMCell", "SimpleRNNCell") or units < 1:
        raise Unsure
    return units


RULES: dict[str, Rule] = {
    **dict.fromkeys(_STATES, recurrent),
    **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), convolutional),
    "RNN": of_cells,
}
