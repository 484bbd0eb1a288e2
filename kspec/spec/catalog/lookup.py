"""What Keras offers by kind and name, read from the files of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from kspec.spec.catalog import files
from kspec.spec.catalog.entry import Argument, CallArgument, Entry, Refused
from kspec.spec.catalog.own import OWN
from kspec.spec.catalog.percentages import with_percentages
from kspec.spec.catalog.registry import registered_of, seek

__all__ = [
    "KINDS",
    "OBJECT_KINDS",
    "common_arguments",
    "find",
    "find_in_keras",
    "kind_of_argument",
    "names",
    "resolve_name",
    "spellings",
]

KINDS = {
    "activations": "activation",
    "applications": "application",
    "callbacks": "callback",
    "constraints": "constraint",
    "initializers": "initializer",
    "layers": "layer",
    "losses": "loss",
    "metrics": "metric",
    "ops": "operation",
    "optimizers": "optimizer",
    "regularizers": "regularizer",
    "schedules": "schedule",
}
"""Every kind with its singular, as messages and codes use it."""

OBJECT_KINDS = tuple(kind for kind in KINDS if kind not in files.OWN_FILE)
"""The kinds whose objects can be nested in another object."""

_KIND_OF = {
    "activation": "activations",
    "backward_layer": "layers",
    "cell": "layers",
    "cells": "layers",
    "inner_optimizer": "optimizers",
    "layer": "layers",
    "layers": "layers",
    "learning_rate": "schedules",
}


def find(kind: str, name: str) -> Entry | Refused | None:
    """The entry `name` of `kind`: a class name, or a string that Keras accepts.

    If Keras has none of this name, a plugin's entry. Raises KeyError for a kind that is not in
    `KINDS`.
    """
    found = find_in_keras(kind, name)
    if found is None and (brought := seek(kind, name)) is not None:
        return brought.entry
    return found


@cache
def find_in_keras(kind: str, name: str) -> Entry | Refused | None:
    """As `find`, without plugins."""
    name = _canonical(kind, name)
    raw = OWN.get(kind, {}).get(name) or _section("kinds", kind).get(name)
    if raw is None:
        return None
    if "like" in raw:  # One of Keras's, whose arguments it has.
        raw = _section("kinds", kind)[raw["like"]]
    if "refused" in raw:
        return Refused(kind, name, raw["refused"])
    common = files.read("")["common"].get(kind, {})
    shared = {argument: common[argument] for argument in raw.get("common", ())}
    size = raw.get("input_size")
    return Entry(
        kind,
        name,
        with_percentages(kind, _arguments({**raw.get("arguments", {}), **shared})),
        is_function=raw.get("function", False),
        call=tuple(_call_argument(text) for text in raw.get("call", ())),
        call_options=_arguments(raw.get("call_options", {})),
        others=_argument("", raw["others"]) if "others" in raw else None,
        input_size=(size[0], size[1]) if size else None,
        preprocessing=raw.get("preprocessing"),
        channels=raw.get("channels"),
        stride=raw.get("stride"),
    )


def names(kind: str) -> tuple[str, ...]:
    """The classes and functions of `kind` that a spec may name, sorted, without aliases."""
    raw = {**_section("kinds", kind), **OWN.get(kind, {})}
    known = [name for name, values in raw.items() if "refused" not in values]
    return tuple(sorted([*known, *registered_of(kind)]))


def spellings(kind: str) -> tuple[str, ...]:
    """As `names`, followed by the other strings that Keras accepts for them."""
    known = names(kind)
    aliases = _section("aliases", kind)
    return known + tuple(alias for alias, name in aliases.items() if name in known)


def common_arguments(kind: str) -> dict[str, Argument]:
    """The arguments of Keras's base class, which most classes of `kind` pass on to it."""
    return _arguments(files.read("")["common"].get(kind, {}))


def resolve_name(kind: str, name: str) -> str:
    """The class or function that `name` stands for: "adam" is Adam, "he_normal" is HeNormal.

    Raises ValueError for a name that a spec may not use.
    """
    found = find(kind, name)
    if found is None:
        raise ValueError(f'Keras has no {KINDS[kind]} "{name}"')
    if isinstance(found, Refused):
        raise ValueError(found.reason)
    return found.name


def kind_of_argument(name: str) -> str | None:
    """Which kind of object an argument called `name` holds, None if the name does not say."""
    for ending in ("initializer", "regularizer", "constraint", "activation"):
        if name == ending or name.endswith("_" + ending):
            return ending + "s"
    return _KIND_OF.get(name)


def _canonical(kind: str, name: str) -> str:
    aliases = _section("aliases", kind)
    # Keras finds optimizers by their lower-case name, in whatever case they are written.
    alias = name.lower() if kind == "optimizers" and name.lower() in aliases else name
    canonical: str = aliases.get(alias, name)
    return canonical


def _arguments(raw: Mapping[str, Any]) -> dict[str, Argument]:
    return {name: _argument(name, values) for name, values in raw.items()}


def _argument(name: str, raw: Mapping[str, Any]) -> Argument:
    return Argument(
        name,
        required=raw.get("required", False),
        default=raw.get("default"),
        types=tuple(raw.get("types", ())),
        null=raw.get("null", False),
        choices=tuple(raw.get("choices", ())),
        any_case=raw.get("any_case", False),
        pattern=raw.get("pattern", ""),
        items=tuple(raw.get("items", ())),
        minimum=raw.get("minimum"),
        maximum=raw.get("maximum"),
        length=raw.get("length"),
        reads_file=raw.get("reads_file", False),
        meaning=raw.get("meaning", ""),
    )


def _call_argument(text: str) -> CallArgument:
    """A tensor as the file writes it: "query", "mask?" if optional, "xs*" for a list."""
    return CallArgument(text.rstrip("?*"), required="?" not in text, many="*" in text)


def _section(section: str, kind: str) -> dict[str, Any]:
    """One of the tables of the catalogue for `kind`. Raises KeyError for an unknown kind."""
    part = kind if kind in files.OWN_FILE else ""
    found: dict[str, Any] = files.read(part)[section][kind]
    return found
