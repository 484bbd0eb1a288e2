"""Checks a Keras object of a spec against the catalogue: name, arguments, types, and all within."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kspec.spec.catalog.lookup import (
    KINDS,
    Argument,
    Entry,
    Refused,
    bare,
    find,
    kind_of_argument,
    names,
    spellings,
    suggest,
)

__all__ = ["Finding", "check_object"]

# Where an object of another kind does as well: a layer is a function too.
_ALSO = {"activations": ("layers",)}

# Kinds of which Keras itself takes a bare name inside another object.
_BY_NAME = ("activations", "constraints", "initializers", "regularizers")

# Every layer of Keras takes these for its first layer; in a spec "input" says them, once.
_SAID_BY_INPUT = ("batch_input_shape", "batch_shape", "input_dim", "input_shape")

_TYPE_NAMES = {
    "bool": "true or false",
    "float": "a number",
    "int": "an integer",
    "list": "a list",
    "object": "an object",
    "str": "text",
}


@dataclass(frozen=True)
class Finding:
    """One thing wrong with an object; `path` leads from the object to it, `on_key` to its key."""

    path: tuple[str | int, ...]
    code: str
    message: str
    on_key: bool = False


def check_object(kind: str, spec: str | Mapping[str, Any]) -> list[Finding]:
    """Everything that the catalogue can tell is wrong with `spec`, an object of `kind`.

    `spec` is a name ("adam") or `{"type": name, argument: value, …}`, with objects of the same form
    among the values. Codes: "unknown-<kind>", "unknown-argument", "missing-argument", "wrong-type",
    "refused". Silent wherever the catalogue is not sure. Raises KeyError for an unknown kind.
    """
    if isinstance(spec, str):
        spec = {"type": spec}
        return [replace(finding, path=()) for finding in _object((kind,), spec)]
    return list(_object((kind,), spec))


def _object(kinds: tuple[str, ...], spec: Mapping[str, Any]) -> Iterator[Finding]:
    name = spec.get("type")
    what = _singular(kinds)
    if "type" not in spec:
        yield Finding((), "missing-argument", f'{_a(what)} needs "type"')
        return
    if not isinstance(name, str):
        yield Finding(("type",), "wrong-type", f'"type" must be a name, not {_shown(name)}')
        return
    found = next((entry for kind in kinds if (entry := find(kind, name)) is not None), None)
    if found is None:
        yield Finding(("type",), f"unknown-{what}", _unknown(kinds, name))
    elif isinstance(found, Refused):
        yield Finding(("type",), "refused", found.reason)
    else:
        yield from _arguments(found, spec)


def _arguments(entry: Entry, spec: Mapping[str, Any]) -> Iterator[Finding]:
    meant = set()
    for key, value in spec.items():
        if key == "type":
            continue
        argument = entry.arguments.get(key)
        if argument is not None:
            yield from _value(entry, argument, value)
        elif entry.kind == "layers" and key in _SAID_BY_INPUT:
            message = f'{entry.name}: "{key}" is said once, by "input" of the spec'
            yield Finding((key,), "refused", message, on_key=True)
        else:
            meant.add(suggest(key, entry.arguments))
            yield Finding((key,), "unknown-argument", _no_argument(entry, key), on_key=True)
    # A required argument under a misspelt name is one mistake, not two.
    missing = [
        f'"{name}"'
        for name, argument in entry.arguments.items()
        if argument.required and name not in spec and name not in meant
    ]
    if missing:
        yield Finding((), "missing-argument", f"{entry.name} needs {_listed(missing, 'and')}")


def _value(entry: Entry, argument: Argument, value: Any) -> Iterator[Finding]:
    kind = kind_of_argument(argument.name)
    if isinstance(value, str) and argument.reads_file:
        message = f'{entry.name}: "{argument.name}" must be a list; a spec names no files'
        yield Finding((argument.name,), "refused", message)
    elif isinstance(value, str) and kind in _BY_NAME:
        for finding in check_object(kind, value):
            yield replace(finding, path=(argument.name,))
    elif kind in _BY_NAME and not (value is None or isinstance(value, Mapping)):
        what = _a(KINDS[kind])
        message = f'{entry.name}: "{argument.name}" must name {what}, not {_shown(value)}'
        yield Finding((argument.name,), "wrong-type", message)
    elif _is_wrong(argument, value, kind):
        must = _must(argument, kind)
        message = f'{entry.name}: "{argument.name}" must be {must}, not {_shown(value)}'
        yield Finding((argument.name,), "wrong-type", message)
    else:
        yield from _within(argument.name, value, (argument.name,))


def _within(key: str, value: Any, path: tuple[str | int, ...]) -> Iterator[Finding]:
    """The findings in the objects inside `value`, an argument or a part of one called `key`."""
    if isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _within(key, item, (*path, index))
    elif isinstance(value, str) and len(path) > 1 and kind_of_argument(key) == "layers":
        message = f'a layer in "{key}" must be {{"type": …}}, not {_shown(value)}'
        yield Finding(path, "wrong-type", message)
    elif isinstance(value, Mapping):
        kind = kind_of_argument(key)
        if "class_name" in value:
            message = f'"{key}": a spec says {{"type": …}} and the arguments, not "class_name"'
            yield Finding(path, "refused", message)
        elif kind is not None or "type" in value:
            kinds = (kind, *_ALSO.get(kind, ())) if kind else tuple(KINDS)
            for finding in _object(kinds, value):
                yield replace(finding, path=(*path, *finding.path))
        else:
            for name, item in value.items():
                yield from _within(name, item, (*path, name))


def _is_wrong(argument: Argument, value: Any, kind: str | None) -> bool:
    if value is None:
        return bool(argument.types) and not argument.null
    if isinstance(value, str) and argument.choices:
        text = value.lower() if argument.any_case else value
        return text not in argument.choices
    if kind is not None and isinstance(value, Mapping):
        return False
    return bool(argument.types) and not any(_is(value, type_) for type_ in argument.types)


def _is(value: Any, type_: str) -> bool:
    match type_:
        case "bool":
            return isinstance(value, bool)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "str":
            return isinstance(value, str)
        case "list":
            return isinstance(value, (list, tuple))
        case "object":
            return isinstance(value, Mapping)
    raise ValueError(f"the catalogue has no type {type_!r}")


def _must(argument: Argument, kind: str | None) -> str:
    texts = [f'"{choice}"' for choice in argument.choices]
    other = [_TYPE_NAMES[type_] for type_ in argument.types if type_ != "str" or not texts]
    nested = [_a(KINDS[kind])] if kind else []
    other = [type_ for type_ in other if not (nested and type_ == _TYPE_NAMES["object"])]
    return _listed([*texts, *other, *nested, *(["null"] if argument.null else [])], "or")


def _unknown(kinds: tuple[str, ...], name: str) -> str:
    possibilities = [known for kind in kinds for known in spellings(kind)]
    close = suggest(name, possibilities)
    hint = f'. Did you mean "{close}"?' if close else ""
    return f'Keras has no {_singular(kinds)} "{name}"{hint}'


def _no_argument(entry: Entry, key: str) -> str:
    if entry.is_function:
        layer = next((name for name in names("layers") if bare(name) == bare(entry.name)), None)
        hint = f'; the layer "{layer}" does' if layer else ""
        return f'"{entry.name}" takes no arguments{hint}'
    close = suggest(key, entry.arguments)
    if close:
        return f'{entry.name} has no argument "{key}". Did you mean "{close}"?'
    first = [f'"{name}"' for name in entry.arguments][:8]
    more = ", …" if len(entry.arguments) > len(first) else ""
    known = f"it has {', '.join(first)}{more}" if first else "it has none"
    return f'{entry.name} has no argument "{key}"; {known}'


def _singular(kinds: tuple[str, ...]) -> str:
    return KINDS[kinds[0]] if len(kinds) < len(KINDS) else "object"


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _listed(words: list[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _shown(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"' if len(value) <= 40 else f'"{value[:37]}…"'
        case Mapping():
            return "an object"
        case list() | tuple():
            return "a list"
    return str(value)
