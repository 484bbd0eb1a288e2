"""What the shapes say against a spec: layers that do not fit, and a network unfit for its data."""

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
from kspec.spec.shapes.sources import SOURCES, Source

__all__ = ["shape_problems"]

_CLASS_LOSSES = (
    "CategoricalCrossentropy",
    "SparseCategoricalCrossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
)


def shape_problems(spec: Spec, node: Node, shapes: Shapes | None = None) -> Iterator[Problem]:
    """Everything that the shapes say against `spec`, which was read from `node`.

    `shapes` are those of `carry`, where they are known already. A spec whose references lead
    nowhere has no shapes and no problems here.
    """
    if shapes is None:
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
    if len(spec.entering) != 1 or source.takes is None:
        return
    ((name, entering),) = spec.entering.items()
    if source.takes(tuple(entering.shape)):
        return
    where = ("input", "shape") if spec.inputs is None else ("inputs", name, "shape")
    message = f"the samples of {spec.data.source} are {source.samples}, "
    message += f"not {json.dumps(entering.shape)}"
    yield Problem(node.at(where).place, message, "input-shape")


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
    message += f"{spec.data.source} has one label a sample; put {_flattening(output)} before it"
    context = describe_before(spec, shapes, index)
    place = node.at(("layers", index)).place
    return Problem(place, message, "output-shape", context=context)


def _one_output_each(
    spec: Spec, node: Node, shapes: Shapes, index: int, outputs: int, classes: int
) -> Problem:
    plural = "" if outputs == 1 else "s"
    message = f"{spec.layers[index].type} gives {outputs} output{plural}, but {spec.data.source} "
    message += f"has {classes} classes: one output for each"
    # With enough outputs it can be trained, but to what end?
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
    """The layers that make one line of a tensor of that rank."""
    rank = len(output) - 1
    return f"Flatten or GlobalAveragePooling{rank}D" if rank <= 3 else "Flatten"
