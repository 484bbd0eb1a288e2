"""Turns nodes into a frozen `Spec`, or reports all problems at once with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kspec.errors import Problem
from kspec.spec import catalog
from kspec.spec.catalog.registry import registered, registered_of
from kspec.spec.graph import wire
from kspec.spec.lint import lint
from kspec.spec.models import Spec
from kspec.spec.models.base import A_MODEL, TAGS
from kspec.spec.models.keys import fields_of, keys_of, model_within
from kspec.spec.node import Node, dotted
from kspec.spec.phases import OF_THE_WHOLE, phases_of
from kspec.spec.shapes import shape_problems
from kspec.spec.shown import shown
from kspec.spelling import is_slip, nearest

__all__ = ["ABOUT_DATA", "is_blocking", "part_problems", "validate"]

ABOUT_DATA = (
    "augmentation-misfit",
    "input-shape",
    "loss-does-not-fit-labels",
    "metric-needs-one-hot",
    "output-classes",
    "output-shape",
    "test-time",
)
"""The codes of problems that concern only the data that the spec names, or only the training."""

Path = tuple[str | int, ...]

_MESSAGES = {
    "missing": 'a required key is missing: "{key}"',
    "int_type": '"{key}" must be a whole number, not {found}',
    "int_from_float": '"{key}" must be a whole number, not {found}',
    "float_type": '"{key}" must be a number, not {found}',
    "bool_type": '"{key}" must be true or false, not {found}',
    "string_type": '"{key}" must be text, not {found}',
    "tuple_type": '"{key}" must be a list, not {found}',
    "dict_type": '"{key}" must be an object, not {found}',
    "model_type": '"{key}" must be an object, not {found}',
    "model_attributes_type": '"{key}" must be an object, not {found}',
    "greater_than_equal": '"{key}" must be at least {ge}, not {found}',
    "greater_than": '"{key}" must be more than {gt}, not {found}',
    "less_than_equal": '"{key}" must be at most {le}, not {found}',
    "less_than": '"{key}" must be less than {lt}, not {found}',
    "literal_error": '"{key}" must be {expected}, not {found}',
    "too_short": '"{key}" is empty; it needs at least {min_length}',
    "string_too_long": '"{key}" is longer than {max_length} characters',
    "string_pattern_mismatch": '"{key}" may hold letters, digits, ".", "_" and "-", not {found}',
    "value_error": '"{key}" {error}, not {found}',
}

# How pydantic lists what it expects: 'auto', 'min' or 'max'.
_QUOTED = re.compile("'([^']*)'")

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
        problems += _model_problems(error, node)
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


def _model_problems(error: ValidationError, node: Node) -> Iterator[Problem]:
    told: set[Any] = set()
    for detail in error.errors(include_url=False):
        if not detail["loc"]:
            continue  # `_input_problems` and `_phase_problems` report it with a place.
        if detail["loc"][-2:] == (A_MODEL, "layers"):
            continue  # For a Model the catalogue reports it.
        if detail["type"] == "too_short" and node.at(detail["loc"]).value:
            continue  # It has items, but pydantic counts only the valid ones.
        problem = _problem(detail, node)
        # A union reports once per branch; the first is enough.
        if problem.place not in told or detail["type"] == "missing":
            told.add(problem.place)
            yield problem


def _problem(detail: ErrorDetails, node: Node) -> Problem:
    path = tuple(step for step in detail["loc"] if step not in TAGS)
    if path[:2] == ("training", 0) and not isinstance(node.at(("training",)).value, list):
        path = ("training", *path[2:])  # A training of one phase is written without a list.
    key = next((step for step in reversed(path) if _is_step(node, path, step)), "the spec")
    if detail["type"] == "extra_forbidden":
        known = _known_keys(path[:-1])
        close = nearest(str(path[-1]), known)
        hint = f'. Did you mean "{close}"?' if close else _listed(known)
        where = f'"{path[-2]}"' if len(path) > 1 else "a spec"
        if len(path) > 1 and isinstance(path[-2], int):
            where = dotted(path[:-1])
        return Problem(
            node.key_place(path), f'{where} has no key "{path[-1]}"{hint}', "unknown-key"
        )
    if detail["type"] == "missing" and path[0] in ("layers", "augmentation") and len(path) > 1:
        message = f'{dotted(path[:-1])} needs "type", "block" or "repeat"'
        return Problem(node.at(path[:-1]).place, message, "missing-key")
    if detail["type"] == "missing":
        where = f" in {dotted(path[:-1])}" if len(path) > 1 else ""
        return Problem(
            node.at(path[:-1]).place, f'the key "{path[-1]}" is missing{where}', "missing-key"
        )
    found = node.at(path)
    if path == ("kspec",):
        message = f'"kspec" is the version of the language and must be 1, not {shown(found.value)}'
        return Problem(found.place, message, "version")
    template = _MESSAGES.get(detail["type"])
    context = detail.get("ctx", {})
    if template is None:
        message = f'"{key}": {detail["msg"]}'
    else:
        name = dotted(path) if isinstance(key, int) else key
        if "expected" in context:  # In JSON's quotes, not Python's.
            context = {**context, "expected": _QUOTED.sub(r'"\1"', context["expected"])}
        message = template.format(key=name, found=shown(found.value), **context)
        if detail["type"] == "tuple_type" and found.value is None and key != "layers":
            message += "; [] means none"
    if detail["type"] == "literal_error" and isinstance(found.value, str):
        is_source = path == ("data", "source")
        brought = registered_of("sources") if is_source else {}
        meant = nearest(found.value, [*_QUOTED.findall(detail["ctx"]["expected"]), *brought])
        message += f'. Did you mean "{meant}"?' if meant else ""
        if is_source and not (meant and is_slip(found.value, meant)):
            message += f"{' A' if meant else '; a'} source of your own comes with --plugin MODULE"
    code = "wrong-type" if detail["type"].endswith("_type") else "wrong-value"
    return Problem(found.place, message, code)


def _is_step(node: Node, path: Path, step: str | int) -> bool:
    """Whether `step` of pydantic's path is a key or index, not its name for a union's branch."""
    if isinstance(step, int):
        return True
    parent = node.at(path[: path.index(step)])
    return isinstance(parent.value, dict) and step in parent.value


def _listed(known: tuple[str, ...]) -> str:
    return f"; known are {', '.join(known)}" if known else ""


def _known_keys(path: Path) -> tuple[str, ...]:
    """The keys that the model at `path` takes."""
    model: type[BaseModel] | None = Spec
    for step in path:
        if model is not None and isinstance(step, str) and step in fields_of(model):
            model = model_within(fields_of(model)[step].annotation)
    return keys_of(model) if model is not None else ()


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
