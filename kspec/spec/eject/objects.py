"""Keras objects as source: `{"type": "L2", "l2": 1e-4}` as `keras.regularizers.L2(0.0001)`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kspec.spec import catalog
from kspec.spec.catalog.own import OWN
from kspec.spec.catalog.registry import registered
from kspec.spec.eject.brought import made_of, script_name
from kspec.spec.eject.code import Call, Expression, Pairs, Row
from kspec.spec.eject.literals import literal, quote
from kspec.spec.eject.names import RESERVED

__all__ = ["NOT_AS_TEXT", "Source", "made", "named_object", "value"]

_MODULES = {"layers": "layers", "schedules": "keras.optimizers.schedules"}

# Kinds whose objects a spec may give by name alone ...
_BY_NAME = ("constraints", "initializers", "regularizers")
# ... and the names among them that Keras itself does not take as text.
NOT_AS_TEXT = ("Constant", "constant", "l1_l2")

# Kinds for which a single argument needs no keyword: L2(0.0001).
_KNOWN_BY_ONE = ("regularizers",)

# Kinds whose lists are written as tuples, as is usual with Keras.
_TUPLES = ("layers", "ops")


@dataclass(frozen=True)
class Source:
    """Source text in place of a value: a parameter, or arithmetic on parameters."""

    text: str


def made(kind: str, name: str, arguments: Mapping[str, Any]) -> Expression:
    """The expression that makes an object as `kspec.model.objects` does."""
    if kind == "layers" and name == "Model":
        return _sequence(arguments)
    entry = catalog.find(kind, name)
    if not isinstance(entry, catalog.Entry):
        raise ValueError(f'Keras has nothing called "{name}"')
    module = _MODULES.get(kind, f"keras.{kind}")
    path = entry.name if entry.name in OWN.get(kind, {}) else f"{module}.{entry.name}"
    if entry.is_function:
        return path
    brought = registered(kind, name)
    if brought is None:
        arguments = catalog.with_floats(entry, arguments)
    given = {key: value(key, each, kind) for key, each in arguments.items()}
    if brought is not None:
        return made_of(brought, script_name(brought, RESERVED), given)
    return Call(path, *_split(entry, given))


def named_object(kind: str, name: str, arguments: Mapping[str, Any]) -> Expression:
    """As `made`, but a bare name such as "adam" stays text, which Keras accepts."""
    bare = not arguments and (name.islower() or name == "Accuracy")
    if bare and registered(kind, name) is None:
        return quote(name.lower())
    return made(kind, name, arguments)


def value(key: str, given: Any, kind: str = "") -> Expression:
    """The expression for the argument `key` of an object of `kind`, with any objects within it."""
    if isinstance(given, Source):
        return given.text
    if isinstance(given, (list, tuple)):
        brackets = "()" if kind in _TUPLES and _numeric(given) else "[]"
        return Row(tuple(value(key, each, kind) for each in given), brackets)
    if isinstance(given, Mapping) and isinstance(given.get("type"), str):
        return _object_within(key, given)
    if isinstance(given, Mapping):
        return Pairs(tuple((quote(name), value(name, each)) for name, each in given.items()))
    if isinstance(given, str):
        wanted = catalog.kind_of_argument(key)
        own = given in OWN.get(wanted or "", {}) or registered(wanted or "", given) is not None
        if wanted in _BY_NAME and (own or given in NOT_AS_TEXT):
            return made(wanted, given, {})
    return literal(given)


def _object_within(key: str, given: Mapping[str, Any]) -> Expression:
    arguments = {name: each for name, each in given.items() if name != "type"}
    kind = catalog.kind_of_argument(key)
    for candidate in (kind, *_kinds()):
        if candidate is not None and catalog.find(candidate, given["type"]) is not None:
            return made(candidate, given["type"], arguments)
    raise ValueError(f'Keras has nothing called "{given["type"]}"')


def _kinds() -> tuple[str, ...]:
    """The kinds in the order in which `kspec.model.objects` searches them."""
    first = ("activations", "callbacks", "constraints", "initializers", "layers", "losses")
    return (*first, "metrics", "optimizers", "regularizers", "schedules")


def _split(
    entry: catalog.Entry, given: Mapping[str, Expression]
) -> tuple[tuple[Expression, ...], tuple[tuple[str, Expression], ...]]:
    """Positional and keyword arguments: positional are leading arguments that are required."""
    leading: list[str] = []
    for argument in entry.arguments.values():
        alone = entry.kind in _KNOWN_BY_ONE and list(given) == [argument.name]
        if argument.name not in given or not (argument.required or (alone and not leading)):
            break
        leading.append(argument.name)
    named = tuple((name, each) for name, each in given.items() if name not in leading)
    return tuple(given[name] for name in leading), named


def _sequence(arguments: Mapping[str, Any]) -> Expression:
    """A Model within another layer, where it is a row of layers."""
    items = value("layers", arguments["layers"])
    named = [("name", value("name", arguments["name"]))] if arguments.get("name") else []
    sequence = Call("keras.Sequential", (items,), tuple(named))
    return Call("frozen", (sequence,)) if arguments.get("trainable") is False else sequence


def _numeric(given: Any) -> bool:
    if isinstance(given, (list, tuple)):
        return all(map(_numeric, given))
    return isinstance(given, (int, float, Source)) and not isinstance(given, bool)
