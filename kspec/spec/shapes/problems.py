"""Problems found by shapes: layers that do not fit, and a network that does not fit its data."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kspec.errors import Problem
from kspec.spec import catalog
from kspec.spec.graph import wire
from kspec.spec.models import Spec
from kspec.spec.node import Node
from kspec.spec.shapes.carry import Shapes, carry_through
from kspec.spec.shapes.context import describe_before
from kspec.spec.shapes.shape import Dims, is_shape, shape_text
from kspec.spec.shapes.sources import SOURCES, Source, fits

__all__ = ["shape_problems"]

_CLASS_LOSSES = (
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
)


def shape_problems(spec: Spec, node: Node) -> Iterator[Problem]:
    """All problems of `spec`, which was read from `node`, that its shapes reveal.

    A spec with references that lead nowhere has no shapes and no problems here.
    """
    graph, faults = wire(spec.layers, spec.entering, spec.outputs)
    if faults:
        return
    shapes = carry_through(graph, spec)
    for misfit in shapes.misfits:
        index = misfit.path[1]
        context = describe_before(spec, shapes, index) if isinstance(index, int) else None
        yield Problem(node.at(misfit.path).place, misfit.message, misfit.code, context=context)
    source = SOURCES.get(spec.data.source)
    if source is None:
        return
    yield from _input_problems(spec, node, source)
    yield from _output_problems(spec, node, source, shapes)


def _input_problems(spec: Spec, node: Node, source: Source) -> Iterator[Problem]:
    name, inputs = spec.data.source, spec.entering
    if source.inputs is not None and len(inputs) != source.inputs:
        wanted = "one input" if source.inputs == 1 else f"{source.inputs} inputs"
        message = f"{name} is for a network with {wanted}, but this one takes {len(inputs)}"
        yield Problem(node.at((_key(spec),)).place, message, "input-shape")
        return
    shapes = set()
    for each, entering in inputs.items():
        path = (_key(spec), each) if spec.inputs is not None else (_key(spec),)
        shape = tuple(entering.shape)
        shapes.add(shape)
        if not _takes(spec, source, shape):
            message = f"the samples of {name} are {_samples(spec, source)}, not {json.dumps(shape)}"
            yield Problem(node.at((*path, "shape")).place, message, "input-shape")
        elif source.whole and not _is_whole(entering.dtype):
            message = f'{name} gives word indices; say "dtype": "int32" in the input'
            yield Problem(node.at(path).place, message, "input-shape")
        elif source.whole is False and not entering.dtype.startswith(("float", "bfloat")):
            message = f"{name} gives measured values, but the input takes {entering.dtype}"
            yield Problem(node.at((*path, "dtype")).place, message, "input-shape")
        elif len(shapes) > 1 and source.inputs is not None:
            message = f"{name} gives samples of one shape; the inputs have "
            message += " and ".join(json.dumps(other.shape) for other in inputs.values())
            yield Problem(node.at((*path, "shape")).place, message, "input-shape")


def _key(spec: Spec) -> str:
    return "input" if spec.inputs is None else "inputs"


def _takes(spec: Spec, source: Source, shape: tuple[int | None, ...]) -> bool:
    if spec.data.columns is not None:
        columns = len(spec.data.columns)
        return fits((columns,), shape) or fits((columns, 1), shape)
    return source.takes is None or source.takes(shape)


def _samples(spec: Spec, source: Source) -> str:
    columns = spec.data.columns
    return source.samples if columns is None else f"[{len(columns)}], one value a column"


def _is_whole(dtype: str) -> bool:
    return dtype.startswith(("int", "uint"))


def _output_problems(spec: Spec, node: Node, source: Source, shapes: Shapes) -> Iterator[Problem]:
    given = shapes.graph.given()
    index, output = given[0].source, shapes.outputs[0]
    if len(given) != 1 or not isinstance(index, int) or not is_shape(output):
        return
    if spec.data.labels != "classes" or not _compares_classes(spec):
        return
    if len(output) > 1:
        yield _one_label_each(spec, node, shapes, index, output)
        return
    outputs, classes = output[0] if output else None, source.classes
    if outputs is not None and classes is not None and outputs != classes:
        yield _one_output_each(spec, node, shapes, index, outputs, classes)


def _one_label_each(spec: Spec, node: Node, shapes: Shapes, index: int, output: Dims) -> Problem:
    message = f"{spec.layers[index].type} gives {shape_text(output)} for each sample, but "
    message += f"{spec.data.source} has one label per sample; put {_flattening(output)} before it"
    context = describe_before(spec, shapes, index)
    place = node.at(("layers", index)).place
    return Problem(place, message, "output-shape", context=context)


def _one_output_each(
    spec: Spec, node: Node, shapes: Shapes, index: int, outputs: int, classes: int
) -> Problem:
    plural = "" if outputs == 1 else "s"
    message = f"{spec.layers[index].type} gives {outputs} output{plural}, but {spec.data.source} "
    message += f"has {classes} classes: one output for each"
    # With enough outputs it can be trained, but surplus ones are of no use.
    level = "error" if max(outputs, 2) < classes else "warning"
    context = describe_before(spec, shapes, index)
    place = node.at(("layers", index, "units")).place
    return Problem(place, message, "output-classes", level, context=context)


def _compares_classes(spec: Spec) -> bool:
    """Whether the loss compares the last axis of the output with classes."""
    loss = spec.training.loss
    found = catalog.find("losses", loss.type)
    name = found.name if isinstance(found, catalog.Entry) else loss.type
    return name in _CLASS_LOSSES and loss.arguments.get("axis", -1) == -1


def _flattening(output: Dims) -> str:
    """The layers that flatten a tensor of that rank, in words."""
    rank = len(output) - 1
    return f"Flatten or GlobalAveragePooling{rank}D" if rank <= 3 else "Flatten"
