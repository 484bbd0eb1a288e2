"""Propagates shapes through the whole network, and finds the layers where they do not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kspec.spec.graph import Call, Graph, Tensor, graph_of, wire
from kspec.spec.models import Layer, NestedModel, Spec
from kspec.spec.shapes.output import shape_of
from kspec.spec.shapes.shape import (
    UNKNOWN,
    CannotFit,
    Dims,
    Given,
    Outputs,
    is_several,
    is_shape,
)
from kspec.spec.shapes.shared import require_same_width

__all__ = ["Misfit", "Shapes", "carry", "carry_through", "output_shape", "shapes_within"]

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Misfit:
    """A layer that cannot take its inputs; `path` leads to it in the spec."""

    path: Path
    code: str
    message: str


@dataclass(frozen=True)
class Shapes:
    """The output shapes of each call of a graph, by index, and the shapes of its inputs, by name.

    Everything that depends on a misfit is unknown, so that one fault is one misfit.
    """

    graph: Graph
    inputs: Mapping[str, Outputs]
    calls: tuple[Outputs, ...]
    misfits: tuple[Misfit, ...]

    def of(self, tensor: Tensor) -> Outputs:
        """The shape of a tensor; the shapes of all outputs if the tensor does not say which."""
        return _taken(tensor, self.inputs, self.calls)

    def given(self, call: Call) -> Given:
        """The inputs of a call, with shapes in place of tensors."""
        return _resolved(call.inputs, self.inputs, self.calls)

    @property
    def outputs(self) -> tuple[Outputs, ...]:
        """The shapes of the network's outputs."""
        return tuple(self.of(tensor) for tensor in self.graph.given())


def carry(spec: Spec) -> Shapes:
    """The shapes of every call of `graph_of(spec)`.

    Raises SpecError for references that lead nowhere; `carry_through` takes an existing graph.
    """
    return carry_through(graph_of(spec), spec)


def carry_through(graph: Graph, spec: Spec) -> Shapes:
    """The shapes of every call of `graph`, which is that of `spec`."""
    entering = {name: tuple(each.shape) for name, each in spec.entering.items()}
    return _carried(graph, entering, ("layers",))


def shapes_within(call: Call, shapes: Shapes, given: Given = None) -> Shapes:
    """The shapes within a nested model; `given` overrides the inputs that it is called with."""
    assert call.inner is not None
    entering = _entering(shapes.given(call) if given is None else given)
    return _carried(call.inner, entering, ("layers", call.index, "layers"))


def output_shape(layer: Layer, given: Given) -> Outputs:
    """The output of `layer` for `given`: the shape without the batch axis, a tuple of shapes for
    several outputs, or UNKNOWN.

    `given` is a shape, a list of shapes and numbers, or a dict of keywords and any of these. Raises
    CannotFit for inputs that the layer cannot take.
    """
    if not isinstance(layer, NestedModel):
        return shape_of(layer.type, layer.arguments, given)
    graph, faults = wire(layer.layers, _entering(given), layer.outputs)
    if faults:
        return UNKNOWN
    shapes = _carried(graph, _entering(given), ("layers",))
    for misfit in shapes.misfits:
        raise CannotFit(misfit.code, misfit.message, *misfit.path)
    return _given(shapes)


def _carried(graph: Graph, inputs: Mapping[str, Outputs], path: Path) -> Shapes:
    calls: list[Outputs] = []
    misfits: list[Misfit] = []
    for call in graph.calls:
        given = _resolved(call.inputs, inputs, calls)
        target = graph.calls[call.target]
        at = (*path, call.index)
        try:
            if target is not call:
                first = _resolved(target.inputs, inputs, calls)
                require_same_width(target.layer, first, given)
            calls.append(_called(target, given, at, misfits))
        except CannotFit as misfit:
            misfits.append(Misfit((*at, *misfit.path), misfit.code, misfit.message))
            calls.append(UNKNOWN)
    return Shapes(graph, inputs, tuple(calls), tuple(misfits))


def _called(target: Call, given: Given, at: Path, misfits: list[Misfit]) -> Outputs:
    if target.inner is None:
        return shape_of(target.layer.type, target.layer.arguments, given)
    shapes = _carried(target.inner, _entering(given), (*at, "layers"))
    misfits += shapes.misfits
    return _given(shapes)


def _entering(given: Given) -> dict[str, Outputs]:
    """The inputs of a nested model, by their names within it."""
    if isinstance(given, Mapping):
        return {name: part if is_shape(part) else UNKNOWN for name, part in given.items()}
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    return {"input": given if is_shape(given) else UNKNOWN}


def _given(shapes: Shapes) -> Outputs:
    """The outputs of a nested model; UNKNOWN if one of several is unknown."""
    outputs = shapes.outputs
    if isinstance(shapes.graph.outputs, Tensor):
        return outputs[0]
    known: tuple[Dims, ...] = tuple(output for output in outputs if is_shape(output))
    return known if len(known) == len(outputs) else UNKNOWN


def _resolved(
    given: Any, inputs: Mapping[str, Outputs], calls: tuple[Outputs, ...] | list[Outputs]
) -> Given:
    if isinstance(given, Tensor):
        return _taken(given, inputs, calls)
    if isinstance(given, Mapping):
        return {name: _resolved(part, inputs, calls) for name, part in given.items()}
    if isinstance(given, (list, tuple)):
        return [_resolved(part, inputs, calls) for part in given]
    return given


def _taken(
    tensor: Tensor, inputs: Mapping[str, Outputs], calls: tuple[Outputs, ...] | list[Outputs]
) -> Outputs:
    source = tensor.source
    whole = inputs.get(source) if isinstance(source, str) else calls[source]
    if tensor.output is None or whole is UNKNOWN:
        return whole
    several = whole if is_several(whole) else (whole,)
    return several[tensor.output] if tensor.output < len(several) else UNKNOWN
