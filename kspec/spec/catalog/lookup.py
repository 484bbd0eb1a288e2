"""Keras's classes by kind and name, read from the newest `keras-*.json` beside this file."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kspec.spec.catalog.own import OWN

__all__ = [
    "KINDS",
    "Argument",
    "Entry",
    "Refused",
    "bare",
    "find",
    "kind_of_argument",
    "names",
    "resolve_name",
    "spellings",
    "suggest",
]

KINDS = {
    "activations": "activation",
    "callbacks": "callback",
    "constraints": "constraint",
    "initializers": "initializer",
    "layers": "layer",
    "losses": "loss",
    "metrics": "metric",
    "optimizers": "optimizer",
    "regularizers": "regularizer",
    "schedules": "schedule",
}
"""Every kind with its singular, as messages and codes use it."""

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


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a class.

    `types` are the JSON types that it takes ("int", "float", "bool", "str", "list", "object"; a
    float takes whole numbers too), empty where the catalogue is not sure; `null` says whether it
    takes null. `choices` are the texts that it takes, empty where any text may do; with `any_case`
    they may be written in capitals or not. `reads_file` marks an argument whose text Keras would
    open as a file. `default` is None too where JSON cannot hold it.
    """

    name: str
    required: bool = False
    default: Any = None
    types: tuple[str, ...] = ()
    null: bool = False
    choices: tuple[str, ...] = ()
    any_case: bool = False
    reads_file: bool = False
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A class that a spec may name; or a function ("relu"), which goes by its name alone."""

    kind: str
    name: str
    arguments: Mapping[str, Argument]
    is_function: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A class that exists in Keras but not in a spec; `reason` is a sentence for the user."""

    kind: str
    name: str
    reason: str


@cache
def find(kind: str, name: str) -> Entry | Refused | None:
    """What Keras calls `name` among `kind`: class names and the strings that Keras accepts.

    Raises KeyError for a kind that is not in `KINDS`.
    """
    name = _canonical(kind, name)
    raw = OWN.get(kind, {}).get(name) or _catalogue()["kinds"][kind].get(name)
    if raw is None:
        return None
    if "refused" in raw:
        return Refused(kind, name, raw["refused"])
    arguments = {
        argument: _argument(argument, values)
        for argument, values in {**raw.get("arguments", {}), **_common(kind, raw)}.items()
    }
    return Entry(kind, name, arguments, is_function=raw.get("function", False))


def names(kind: str) -> tuple[str, ...]:
    """The classes and functions of `kind` that a spec may name, sorted, without aliases."""
    raw = {**_catalogue()["kinds"][kind], **OWN.get(kind, {})}
    return tuple(sorted(name for name, values in raw.items() if "refused" not in values))


def spellings(kind: str) -> tuple[str, ...]:
    """As `names`, followed by the other strings that Keras takes for them."""
    known = names(kind)
    aliases = _catalogue()["aliases"][kind]
    return known + tuple(alias for alias, name in aliases.items() if name in known)


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


def suggest(word: str, possibilities: Iterable[str]) -> str | None:
    """The possibility that `word` was most likely meant to be, None if none is near.

    The same letters come first ("conv2d", "leakyrelu"), then initials ("lr" for "learning_rate"),
    then the nearest by `difflib`.
    """
    known = list(possibilities)
    for reading in (bare, _initials):
        for possibility in known:
            if reading(possibility) == bare(word):
                return possibility
    close = difflib.get_close_matches(word, known, n=1)
    return close[0] if close else None


def kind_of_argument(name: str) -> str | None:
    """Which kind of object an argument called `name` holds, None if the name does not say."""
    for ending in ("initializer", "regularizer", "constraint", "activation"):
        if name == ending or name.endswith("_" + ending):
            return ending + "s"
    return _KIND_OF.get(name)


def bare(word: str) -> str:
    """`word` as it is compared: "LeakyReLU" and "leaky_relu" are one."""
    return word.replace("_", "").lower()


def _initials(word: str) -> str:
    return "".join(part[:1] for part in word.lower().split("_"))


def _canonical(kind: str, name: str) -> str:
    aliases = _catalogue()["aliases"][kind]
    # Keras finds optimizers by their lower-case name, however they are written.
    alias = name.lower() if kind == "optimizers" and name.lower() in aliases else name
    canonical: str = aliases.get(alias, name)
    return canonical


def _argument(name: str, raw: Mapping[str, Any]) -> Argument:
    return Argument(
        name,
        required=raw.get("required", False),
        default=raw.get("default"),
        types=tuple(raw.get("types", ())),
        null=raw.get("null", False),
        choices=tuple(raw.get("choices", ())),
        any_case=raw.get("any_case", False),
        reads_file=raw.get("reads_file", False),
        meaning=raw.get("meaning", ""),
    )


def _common(kind: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that a class passes on to its base class."""
    common = _catalogue()["common"].get(kind, {})
    return {name: common[name] for name in raw.get("common", ())}


@cache
def _catalogue() -> dict[str, Any]:
    files = Path(__file__).parent.glob("keras-*.json")
    newest = max(files, key=lambda path: [int(part) for part in path.stem[6:].split(".")])
    catalogue: dict[str, Any] = json.loads(newest.read_text(encoding="utf-8"))
    return catalogue
