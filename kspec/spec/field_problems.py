"""What pydantic refuses in a spec, in the words of whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kspec.errors import Problem
from kspec.spec.catalog.registry import registered_of
from kspec.spec.models import Spec
from kspec.spec.models.base import A_MODEL, TAGS
from kspec.spec.models.keys import fields_of, keys_of, model_within
from kspec.spec.node import Node, dotted
from kspec.spec.shown import shown
from kspec.spelling import is_slip, nearest

__all__ = ["field_problems"]

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


def field_problems(error: ValidationError, node: Node) -> Iterator[Problem]:
    """The problems that `error` reports of the spec that `node` holds, each with its place."""
    told: set[Any] = set()
    for detail in error.errors(include_url=False):
        if not detail["loc"]:
            continue  # `kspec.spec.check` reports it with a place.
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
    if detail["type"] == "extra_forbidden":
        return _unknown_key(path, node)
    if detail["type"] == "missing":
        return _missing_key(path, node)
    return _wrong_value(detail, path, node)


def _unknown_key(path: Path, node: Node) -> Problem:
    known = _known_keys(path[:-1])
    close = nearest(str(path[-1]), known)
    hint = f'. Did you mean "{close}"?' if close else _listed(known)
    where = f'"{path[-2]}"' if len(path) > 1 else "a spec"
    if len(path) > 1 and isinstance(path[-2], int):
        where = dotted(path[:-1])
    return Problem(node.key_place(path), f'{where} has no key "{path[-1]}"{hint}', "unknown-key")


def _missing_key(path: Path, node: Node) -> Problem:
    if path[0] in ("layers", "augmentation") and len(path) > 1:
        message = f'{dotted(path[:-1])} needs "type", "block" or "repeat"'
    else:
        where = f" in {dotted(path[:-1])}" if len(path) > 1 else ""
        message = f'the key "{path[-1]}" is missing{where}'
    return Problem(node.at(path[:-1]).place, message, "missing-key")


def _wrong_value(detail: ErrorDetails, path: Path, node: Node) -> Problem:
    found = node.at(path)
    if path == ("kspec",):
        message = f'"kspec" is the version of the language and must be 1, not {shown(found.value)}'
        return Problem(found.place, message, "version")
    key = next((step for step in reversed(path) if _is_step(node, path, step)), "the spec")
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
        message += _meant(found.value, _QUOTED.findall(detail["ctx"]["expected"]), path)
    code = "wrong-type" if detail["type"].endswith("_type") else "wrong-value"
    return Problem(found.place, message, code)


def _meant(word: str, choices: list[str], path: Path) -> str:
    """Which of `choices` was meant by `word`; a source may be a plugin's as well."""
    is_source = path == ("data", "source")
    brought = registered_of("sources") if is_source else {}
    meant = nearest(word, [*choices, *brought])
    hint = f'. Did you mean "{meant}"?' if meant else ""
    if is_source and not (meant and is_slip(word, meant)):
        hint += f"{' A' if meant else '; a'} source of your own comes with --plugin MODULE"
    return hint


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
