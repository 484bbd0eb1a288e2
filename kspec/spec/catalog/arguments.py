"""Checks a Keras object of a spec against the catalogue: names, arguments, values, recursively."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kspec.spec.catalog.backbone import (
    BACKBONE,
    backbone_entry,
    backbone_misfits,
    unknown_application,
)
from kspec.spec.catalog.entry import Argument, Entry, Refused
from kspec.spec.catalog.files import version_note
from kspec.spec.catalog.items import OPS, operation_of
from kspec.spec.catalog.lookup import KINDS, OBJECT_KINDS, find, kind_of_argument
from kspec.spec.catalog.misfits import misfits
from kspec.spec.catalog.suggestions import suggest
from kspec.spec.catalog.values import (
    is_of,
    is_outside,
    is_wrong,
    kind_held,
    known_arguments,
    matches,
    must_be,
    named,
    range_of,
)
from kspec.spec.catalog.wording import (
    article,
    listed,
    no_argument,
    singular,
    title_of,
    unknown_name,
)
from kspec.spec.naming import name_fault
from kspec.spec.shown import shown

__all__ = ["Finding", "check_arguments", "check_object", "is_doubtful"]

# Where an object of another kind is accepted too: a layer can serve as an activation.
_ALSO = {"activations": ("layers",)}

# Kinds whose objects Keras itself accepts as a bare name inside another object.
_BY_NAME = ("activations", "constraints", "initializers", "regularizers")

# Every Keras layer takes these, for use as the first layer; in a spec "input" replaces them.
_SAID_BY_INPUT = ("batch_input_shape", "batch_shape", "input_dim", "input_shape")

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """One fault of an object; `path` leads to it from the object, to its key with `on_key`."""

    path: Path
    code: str
    message: str
    on_key: bool = False


def check_object(
    kind: str, spec: str | Mapping[str, Any], *, in_list: bool = True
) -> list[Finding]:
    """Everything that the catalogue can tell is wrong with `spec`, an object of `kind`.

    `spec` is a name ("adam") or `{"type": name, argument: value, …}`, with objects of the same form
    among the values. `in_list` says that a layer is in the layers of a network: there it may have
    "inputs", which are not checked here, and be a second use of another layer ("Shared"), a
    network with connections of its own ("Model") or an operation ("ops.mean"). Codes:
    "unknown-<kind>", "unknown-argument", "missing-argument", "wrong-type", "wrong-value",
    "refused". Reports nothing if the catalogue is not sure. Raises KeyError for an unknown kind.
    """
    in_list = in_list and kind == "layers"
    if isinstance(spec, str):
        found = _object((kind,), {"type": spec}, in_list)
        return [replace(finding, path=()) for finding in found]
    return list(_object((kind,), spec, in_list))


def check_arguments(entry: Entry, arguments: Mapping[str, Any]) -> list[Finding]:
    """As `check_object`, for the arguments of `entry` without its name."""
    return list(_arguments(entry, arguments, in_list=False))


def is_doubtful(finding: Finding) -> bool:
    """Whether only the installed Keras, for which there is no file here, can tell if this is wrong.

    Only for arguments: a class that the catalogue does not list might read files or run code.
    """
    return finding.code == "unknown-argument" and version_note() is not None


def _object(
    kinds: tuple[str, ...], spec: Mapping[str, Any], in_list: bool = False
) -> Iterator[Finding]:
    if "type" not in spec:
        what = article(singular(kinds))
        key = next((key for key in spec if key != "dtype" and suggest(key, ["type"])), None)
        if key is None:
            yield Finding((), "missing-argument", f'{what} needs "type"')
        else:
            message = f'{what} has no argument "{key}". Did you mean "type"?'
            yield Finding((key,), "unknown-argument", message, on_key=True)
        return
    name = spec["type"]
    if not isinstance(name, str):
        yield Finding(("type",), "wrong-type", f'"type" must be a name, not {shown(name)}')
        return
    if kinds[0] == "layers" and (operation := operation_of(name)) is not None:
        kinds, name = ("ops",), operation
    found = next((entry for kind in kinds if (entry := find(kind, name)) is not None), None)
    if found is None:
        yield Finding(("type",), f"unknown-{singular(kinds)}", unknown_name(kinds, name))
    elif isinstance(found, Refused):
        yield Finding(("type",), "refused", found.reason)
    elif not in_list and spec["type"] in (f"{OPS}{name}", "Shared", BACKBONE):
        message = f"{spec['type']} is allowed only in the layers of a network"
        yield Finding(("type",), "refused", message)
    elif found.kind == "layers" and found.name == BACKBONE:
        yield from _backbone(found, spec, in_list)
    else:
        yield from _arguments(found, spec, in_list)


def _backbone(entry: Entry, spec: Mapping[str, Any], in_list: bool) -> Iterator[Finding]:
    unknown = unknown_application(spec.get("application"))
    if unknown is not None:  # Its arguments cannot be checked.
        yield Finding(("application",), "unknown-application", unknown)
        return
    found = list(_one_by_one(backbone_entry(entry, spec), spec, in_list))
    yield from found
    if not found:
        for path, message in backbone_misfits(spec):
            yield Finding(path, "wrong-value", f"{BACKBONE}: {message}")


def _arguments(entry: Entry, spec: Mapping[str, Any], in_list: bool) -> Iterator[Finding]:
    found = list(_one_by_one(entry, spec, in_list))
    yield from found
    if not found:
        for key, message in misfits(entry.kind, entry.name, spec):
            yield Finding((key,), "wrong-value", f"{title_of(entry)}: {message}")


def _one_by_one(entry: Entry, spec: Mapping[str, Any], in_list: bool) -> Iterator[Finding]:
    title = title_of(entry)
    known = known_arguments(entry)
    meant = set()
    for key, value in spec.items():
        if key == "type" or (key == "inputs" and in_list):
            continue
        argument = known.get(key, entry.others)
        if entry.name == "Model" and entry.kind == "layers" and key in ("layers", "outputs"):
            yield from _inner_network(known[key], value, in_list)
        elif argument is not None:
            yield from _value(title, replace(argument, name=key), value)
            if key == "name" and entry.kind in ("layers", "ops") and isinstance(value, str):
                fault = name_fault(value)
                if fault is not None:
                    yield Finding(("name",), "bad-name", f"{title}: {fault}")
        elif entry.kind == "layers" and key == "inputs":
            message = f'{title}: "inputs" is allowed only in the layers of a network'
            yield Finding((key,), "unknown-argument", message, on_key=True)
        elif entry.kind == "layers" and key in _SAID_BY_INPUT:
            message = f'{title}: "{key}" is given once, by the spec\'s "input"'
            yield Finding((key,), "refused", message, on_key=True)
        else:
            meant.add(suggest(key, known))
            is_backbone = entry.kind == "layers" and entry.name == BACKBONE
            of = str(spec.get("application", "")) if is_backbone else ""
            message = no_argument(entry, key, known, of)
            yield Finding((key,), "unknown-argument", message, on_key=True)
    # A required argument under a misspelt name is one mistake, not two.
    missing = [
        f'"{name}"'
        for name, argument in entry.arguments.items()
        if argument.required and name not in spec and name not in meant
    ]
    if missing:
        yield Finding((), "missing-argument", f"{title} needs {listed(missing, 'and')}")


def _inner_network(argument: Argument, value: Any, in_list: bool) -> Iterator[Finding]:
    """The findings in "layers" or "outputs" of a Model."""
    if argument.name == "outputs" and not in_list:
        message = 'Model: inside another layer it is a plain sequence, and has no "outputs"'
        yield Finding(("outputs",), "refused", message, on_key=True)
    elif argument.name == "outputs" or not isinstance(value, (list, tuple)):
        yield from _value("Model", argument, value)
    elif not value:
        yield Finding(("layers",), "wrong-value", 'Model: "layers" is empty; it needs at least 1')
    else:
        for index, item in enumerate(value):
            yield from _within("layers", item, ("layers", index), in_list)


def _value(title: str, argument: Argument, value: Any) -> Iterator[Finding]:
    kind = kind_held(argument)
    if isinstance(value, str) and argument.reads_file:
        message = f'{title}: "{argument.name}" must be a list; a spec names no files'
        yield Finding((argument.name,), "refused", message)
    elif isinstance(value, str) and kind in _BY_NAME:
        for finding in check_object(kind, value):
            yield replace(finding, path=(argument.name,))
    elif kind in _BY_NAME and not (value is None or isinstance(value, Mapping)):
        what = article(KINDS[kind])
        message = f'{title}: "{argument.name}" must name {what}, not {shown(value)}'
        yield Finding((argument.name,), "wrong-type", message)
    elif is_wrong(argument, value, kind):
        must = must_be(argument, kind)
        message = f'{title}: "{argument.name}" must be {must}, not {shown(value)}'
        meant = suggest(value, argument.choices) if isinstance(value, str) else None
        message += f'. Did you mean "{meant}"?' if meant else ""
        yield Finding((argument.name,), "wrong-type", message)
    elif is_outside(argument, value):
        message = f'{title}: "{argument.name}" must be {range_of(argument)}, not {shown(value)}'
        yield Finding((argument.name,), "wrong-value", message)
    elif isinstance(value, (list, tuple)) and argument.length not in (None, len(value)):
        must = must_be(argument, kind).replace("a list", f"a list of {argument.length}")
        message = f'{title}: "{argument.name}" must be {must}, not a list of {len(value)}'
        yield Finding((argument.name,), "wrong-value", message)
    elif isinstance(value, (list, tuple)) and argument.items:
        yield from _items(title, argument, value, (argument.name,))
    elif kind is not None or argument.types != ("object",):  # Otherwise a dict of plain values.
        yield from _within(argument.name, value, (argument.name,))


def _items(title: str, argument: Argument, values: Any, path: Path) -> Iterator[Finding]:
    """The findings in a list of plain values, which may hold lists."""
    for index, value in enumerate(values):
        here = (*path, index)
        if isinstance(value, (list, tuple)):
            yield from _items(title, argument, value, here)
            continue
        where = f'{title}: "{argument.name}{"".join(f"[{step}]" for step in here[1:])}"'
        is_other_text = isinstance(value, str) and argument.text and not matches(argument, value)
        if is_other_text or not any(is_of(value, type_) for type_ in argument.items):
            must = listed([named(argument, type_) for type_ in argument.items], "or")
            yield Finding(here, "wrong-type", f"{where} must be {must}, not {shown(value)}")
        elif is_outside(argument, value):
            message = f"{where} must be {range_of(argument)}, not {shown(value)}"
            yield Finding(here, "wrong-value", message)


def _within(key: str, value: Any, path: Path, in_list: bool = False) -> Iterator[Finding]:
    """The findings in the objects inside `value`, an argument or a part of one called `key`."""
    if isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _within(key, item, (*path, index))
    elif len(path) > 1 and kind_of_argument(key) == "layers" and not isinstance(value, Mapping):
        message = f'a layer in "{key}" must be {{"type": …}}, not {shown(value)}'
        yield Finding(path, "wrong-type", message)
    elif isinstance(value, Mapping):
        kind = kind_of_argument(key)
        if "class_name" in value:
            message = f'"{key}": a spec says {{"type": …}} and the arguments, not "class_name"'
            yield Finding(path, "refused", message)
        elif kind is not None or "type" in value:
            kinds = (kind, *_ALSO.get(kind, ())) if kind else OBJECT_KINDS
            for finding in _object(kinds, value, in_list):
                yield replace(finding, path=(*path, *finding.path))
        else:
            for name, item in value.items():
                yield from _within(name, item, (*path, name))
