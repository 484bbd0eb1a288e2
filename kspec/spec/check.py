"""Turns nodes into a frozen `Spec`, or reports all problems at once with their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from kspec.errors import Problem
from kspec.spec import catalog
from kspec.spec.catalog.registry import registered
from kspec.spec.field_problems import field_problems
from kspec.spec.graph import wire
from kspec.spec.lint import lint
from kspec.spec.models import Spec
from kspec.spec.node import Node
from kspec.spec.phases import OF_THE_WHOLE, phases_of
from kspec.spec.shapes import shape_problems

__all__ = ["ABOUT_DATA", "is_blocking", "part_problems", "validate"]

ABOUT_DATA = (
    "augmentation-misfit",
    "input-shape",
    "label-smoothing",
    "loss-does-not-fit-labels",
    "loss-of-many-values",
    "metric-needs-one-hot",
    "monitor-without-validation",
    "output-classes",
    "output-shape",
    "reserved-metric-name",
    "test-time",
)
"""The codes of problems that concern only the data that the spec names, or only the training."""

# The keys of a training that hold Keras objects, with their kinds.
_OBJECTS = {
    "optimizer": "optimizers",
    "loss": "losses",
    "metrics": "metrics",
    "callbacks": "callbacks",
}


def validate(node: Node) -> tuple[Spec | None, list[Problem]]:
    """The spec that `node` holds, None if it is invalid, and every problem found, notes included.

    A problem with only the data that the spec names does not make the spec invalid: other data may
    replace them (`--data`), and loaded data are checked against the network anyway.
    """
    spec, problems = _parts(node)
    if spec is not None:
        problems += _graph_problems(spec, node)
        for number in range(len(spec.phases)):
            problems += shape_problems(spec.in_phase(number), node)
        problems += lint(spec, node)
    if any(is_blocking(problem) for problem in problems):
        spec = None
    return spec, list(_once(problems))


def part_problems(node: Node) -> list[Problem]:
    """As the problems of `validate`, but only those within a single part.

    They can be found even if some layers are missing or not connected to the others.
    """
    layers = node.get("layers")
    # A list that is empty after unfolding was not empty as written.
    empty = layers.place if layers is not None and layers.value == [] else None
    return [problem for problem in _once(_parts(node)[1]) if problem.place != empty]


def _parts(node: Node) -> tuple[Spec | None, list[Problem]]:
    problems: list[Problem] = []
    spec: Spec | None = None
    try:
        spec = Spec.model_validate(node.plain())
        spec._node = node
    except ValidationError as error:
        problems += field_problems(error, node)
    problems += [*_input_problems(node), *_phase_problems(node), *_object_problems(node)]
    return spec, problems


def is_blocking(problem: Problem) -> bool:
    """Whether a spec with this problem cannot be used at all."""
    return problem.level == "error" and problem.code not in ABOUT_DATA


def _once(problems: list[Problem]) -> Iterator[Problem]:
    """Report each fault in a block once, for the first use of the block."""
    told = set()
    for problem in sorted(problems):
        key = (problem.place.used(None), problem.message, problem.code)
        if key not in told:
            told.add(key)
            yield problem


def _object_problems(node: Node) -> Iterator[Problem]:
    layers = node.get("layers")
    if layers is not None and isinstance(layers.value, list):
        for item in layers.value:
            if _has_type(item.value):
                yield from _keras_problems("layers", item, in_list=True)
    parts = [(node.get("augmentation"), "layers")]
    for phase in phases_of(node.get("training")):
        parts += [(phase.get(key), kind) for key, kind in _OBJECTS.items()]
    for part, kind in parts:
        if part is None:
            continue
        for item in part.value if isinstance(part.value, list) else [part]:
            if isinstance(item.value, str) or _has_type(item.value):
                yield from _keras_problems(kind, item)
    yield from _source_problems(node)


def _source_problems(node: Node) -> Iterator[Problem]:
    """What is wrong with the options of a plugin's data source."""
    data = node.get("data")
    source = data.get("source") if data is not None else None
    if data is None or source is None or not isinstance(source.value, str):
        return
    brought = registered("sources", source.value)
    if brought is None:
        return
    options = data.get("options")
    given = options.plain() if options is not None else {}
    if isinstance(given, dict):
        where = source if options is None else options
        for finding in catalog.check_arguments(brought.entry, given):
            on_key = finding.on_key and options is not None
            place = where.key_place(finding.path) if on_key else where.at(finding.path).place
            yield Problem(place, finding.message, finding.code)
    for argument in brought.entry.call:
        if argument.required and data.get(argument.name) is None:
            message = f'the source "{source.value}" needs "{argument.name}"'
            yield Problem(source.place, message, "missing-key")


def _graph_problems(spec: Spec, node: Node) -> Iterator[Problem]:
    _, faults = wire(spec.layers, spec.entering, spec.outputs)
    for fault in faults:
        yield Problem(node.at(fault.path).place, fault.message, fault.code)


def _input_problems(node: Node) -> Iterator[Problem]:
    """A spec has either "input" or, if there are several, "inputs"."""
    parts = {key: part for key in ("input", "inputs") if (part := node.get(key)) is not None}
    given = [key for key, part in parts.items() if part.value is not None]
    if parts and not given:
        ((key, part), *_) = parts.items()
        yield Problem(part.place, f'"{key}" must be an object, not null', "wrong-type")
    elif not given:
        yield Problem(node.place, 'the key "input" is missing', "missing-key")
    elif len(given) > 1:
        message = 'a spec has either "input" or "inputs", not both'
        yield Problem(node.keys["inputs"], message, "unknown-key")


def _phase_problems(node: Node) -> Iterator[Problem]:
    """Keys that hold for the whole training belong in its first phase."""
    for phase in phases_of(node.get("training"))[1:]:
        for key in OF_THE_WHOLE:
            if key in phase.value:
                message = f'"{key}" holds for the whole training; give it in the first phase'
                yield Problem(phase.keys[key], message, "unknown-key")


def _has_type(value: Any) -> bool:
    return isinstance(value, dict) and "type" in value and isinstance(value["type"].value, str)


def _keras_problems(kind: str, item: Node, *, in_list: bool = False) -> Iterator[Problem]:
    plain: str | Mapping[str, Any] = item.plain()
    for finding in catalog.check_object(kind, plain, in_list=in_list):
        place = item.key_place(finding.path) if finding.on_key else item.at(finding.path).place
        level = "warning" if catalog.is_doubtful(finding) else "error"
        yield Problem(place, finding.message, finding.code, level)
