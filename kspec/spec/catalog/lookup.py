"""What Keras offers by kind and name, read from the files of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from kspec.spec.catalog import files
from kspec.spec.catalog.own import OWN
from kspec.spec.catalog.percentages import with_percentages
from kspec.spec.catalog.registry import registered_of, seek
from kspec.spelling import nearest

__all__ = [
    "KINDS",
    "OBJECT_KINDS",
    "Argument",
    "CallArgument",
    "Entry",
    "Refused",
    "bare",
    "common_arguments",
    "find",
    "find_in_keras",
    "kind_of_argument",
    "names",
    "resolve_name",
    "spellings",
    "suggest",
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


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a class.

    `types` are the JSON types that it takes ("int", "float", "bool", "str", "list", "object"; a
    float includes whole numbers), empty if the catalogue is not sure; `null` says whether it takes
    null. `choices` are the texts that it takes, empty if any text may be valid; with `any_case`
    they are not case-sensitive, and texts that match `pattern` are valid too. `text` describes the
    texts that match `pattern` in words; if it is set, only these are valid, also within a list.
    `items` are the types of what a list holds, however deep ("null" among them), empty if the
    catalogue is not sure. Numbers, those in a list too, are from `minimum` to `maximum`; `length`
    is the number of items that a list must have, if it is fixed. `reads_file` marks an argument
    whose text Keras would open as a file. `default` is also None if JSON cannot hold it.
    """

    name: str
    required: bool = False
    default: Any = None
    types: tuple[str, ...] = ()
    null: bool = False
    choices: tuple[str, ...] = ()
    any_case: bool = False
    pattern: str = ""
    text: str = ""
    items: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    length: int | None = None
    reads_file: bool = False
    meaning: str = ""

    def excludes(self, number: float) -> bool:
        """Whether a number lies outside the range, as far as that is known."""
        too_small = self.minimum is not None and number < self.minimum
        return too_small or (self.maximum is not None and number > self.maximum)


@dataclass(frozen=True, slots=True)
class CallArgument:
    """A tensor that a layer or an operation is called with; `many` marks a list of tensors."""

    name: str
    required: bool = True
    many: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A class that a spec may name; or a function ("relu"), which is given by name alone.

    Layers and operations have `call`, the tensors that they are called with, in order; layers also
    have `call_options`, what else their `call` takes ("use_causal_mask"). An operation may take
    `others`: arguments of any name. An application has the size of its pictures, (height, width),
    and how its weights expect them: `preprocessing` is "tf" (from -1 to 1), "torch" (from 0 to 1,
    then standardized by ImageNet's statistics), "caffe" (BGR, ImageNet's mean subtracted) or "none"
    (from 0 to 255: the model rescales them itself). Without its classifier it gives `channels`
    feature maps, smaller than the picture by the factor `stride` if the picture's sides are
    multiples of that; None if it is not so simple.
    """

    kind: str
    name: str
    arguments: Mapping[str, Argument]
    is_function: bool = False
    call: tuple[CallArgument, ...] = ()
    call_options: Mapping[str, Argument] = field(default_factory=dict)
    others: Argument | None = None
    input_size: tuple[int, int] | None = None
    preprocessing: str | None = None
    channels: int | None = None
    stride: int | None = None

    @property
    def takes_list(self) -> bool:
        """Whether several inputs are passed as one list, as to Add, and not one by one."""
        required = [argument for argument in self.call if argument.required]
        if self.kind == "ops":
            return len(required) == 1 and required[0].many
        return len(required) < 2

    @property
    def has_weights(self) -> bool:
        """Whether it has initializers, and so weights of its own that training changes."""
        return any(name.endswith("_initializer") for name in self.arguments)


@dataclass(frozen=True, slots=True)
class Refused:
    """A class that exists in Keras but not in a spec; `reason` is a sentence for the user."""

    kind: str
    name: str
    reason: str


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


def suggest(word: str, possibilities: Iterable[str]) -> str | None:
    """The possibility that was most likely meant by `word`; None if none is similar.

    Same letters are preferred ("conv2d", "leakyrelu"), then initials ("lr" for "learning_rate"),
    then the most similar.
    """
    known = list(possibilities)
    for reading in (bare, _initials):
        for possibility in known:
            if reading(possibility) == bare(word):
                return possibility
    return nearest(word, known)


def kind_of_argument(name: str) -> str | None:
    """Which kind of object an argument called `name` holds, None if the name does not say."""
    for ending in ("initializer", "regularizer", "constraint", "activation"):
        if name == ending or name.endswith("_" + ending):
            return ending + "s"
    return _KIND_OF.get(name)


def bare(word: str) -> str:
    """`word` normalized for comparison: "LeakyReLU" and "leaky_relu" become the same."""
    return word.replace("_", "").lower()


def _initials(word: str) -> str:
    return "".join(part[:1] for part in word.lower().split("_"))


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
