"""Layers that wrap other layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kspec.spec.shapes.settings import Settings
from kspec.spec.shapes.shape import (
    CannotFit,
    Given,
    Outputs,
    Unsure,
    is_several,
    is_shape,
    shape_text,
)
from kspec.spec.shapes.taken import one

__all__ = ["RULES", "ShapeOf"]

ShapeOf = Callable[[str, Mapping[str, Any], Given], Outputs]
"""The output of a layer, from its type, its arguments and the inputs that it is called with."""


def time_distributed(settings: Settings, given: Given, shape_of: ShapeOf) -> Outputs:
    shape = one(settings, given)
    if len(shape) < 2:
        message = f"{settings.kind} takes (steps, …), not {shape_text(shape)}"
        raise CannotFit("wrong-rank", message)
    made = _held(settings, "layer", shape[1:], shape_of)
    if not is_shape(made):
        raise Unsure
    return (shape[0], *made)


def bidirectional(settings: Settings, given: Given, shape_of: ShapeOf) -> Outputs:
    """As keras/src/layers/rnn/bidirectional.py: the states of both directions follow the output."""
    made = _held(settings, "layer", given, shape_of)
    inner = settings.value("layer")
    if not isinstance(inner, Mapping) or settings.has("backward_layer"):
        raise Unsure
    if inner.get("type") not in ("GRU", "LSTM", "SimpleRNN") or inner.get("go_backwards"):
        raise Unsure
    output, states = (made[0], made[1:]) if is_several(made) else (made, ())
    if not is_shape(output) or not output or output[-1] is None:
        raise Unsure
    mode = settings.value("merge_mode")
    if mode not in ("sum", "mul", "ave", "concat", None):
        raise Unsure
    merged = (*output[:-1], 2 * output[-1]) if mode == "concat" else output
    outputs = (output, output) if mode is None else (merged,)
    outputs = (*outputs, *states, *states)
    return outputs if len(outputs) > 1 else merged


def spectral_normalization(settings: Settings, given: Given, shape_of: ShapeOf) -> Outputs:
    inner = settings.value("layer")
    if not isinstance(inner, Mapping) or inner.get("type") not in (
        "Conv1D", "Conv2D", "Conv3D", "Dense", "Embedding",
    ):  # fmt: skip
        # It refuses layers without a kernel.
        raise Unsure
    return _held(settings, "layer", given, shape_of)


def pipeline(settings: Settings, given: Given, shape_of: ShapeOf) -> Outputs:
    layers = settings.value("layers")
    if not isinstance(layers, (list, tuple)) or not layers:
        raise Unsure
    made: Outputs = one(settings, given)
    for index, layer in enumerate(layers):
        made = _shape(layer, made, shape_of, "layers", index)
    return made


def _held(settings: Settings, name: str, given: Given, shape_of: ShapeOf) -> Outputs:
    return _shape(settings.value(name), given, shape_of, name)


def _shape(layer: Any, given: Given, shape_of: ShapeOf, *path: str | int) -> Outputs:
    if not isinstance(layer, Mapping) or not isinstance(layer.get("type"), str):
        raise Unsure
    arguments = {name: value for name, value in layer.items() if name != "type"}
    try:
        return shape_of(layer["type"], arguments, given)
    except CannotFit as misfit:
        raise CannotFit(misfit.code, misfit.message, *path, *misfit.path) from misfit


RULES: dict[str, Callable[[Settings, Given, ShapeOf], Outputs]] = {
    "Bidirectional": bidirectional,
    "Pipeline": pipeline,
    "SpectralNormalization": spectral_normalization,
    "TimeDistributed": time_distributed,
}
