"""What Keras's docstrings and sources say about arguments; a part of the generator."""

from __future__ import annotations

import inspect
import json
import re
import sys
from typing import Any

__all__ = [
    "argument",
    "arguments_of",
    "class_named",
    "quoted",
    "quoted_in_source",
    "strings_of_get",
]

_WORDS = {
    "bool": ("bool", "boolean"),
    "float": ("float", "floats", "number", "scalar"),
    "int": ("int", "integer", "integers", "ints"),
    "list": ("list", "lists", "tuple", "tuples", "array", "array_like", "matrix", "pair"),
    "object": ("dict", "dictionary"),
    "str": ("str", "string", "strings"),
}
_TYPE_OF = {word: type_ for type_, words in _WORDS.items() for word in words}

# Words before the type that say nothing about it.
_FILLERS = {"a", "an", "optional", "python", "positive", "single", "or", "either", "the", "small"}

# A description with one of these may allow anything.
_UNSURE = re.compile(
    r"callable|function|instance|tensor|schedule|`keras|layer\b.*instance|path|policy|object", re.I
)


def arguments_of(cls: type) -> dict[str, str]:
    """Each argument of the docstring's "Args" (and its bases') with its description, on one line."""
    found: dict[str, str] = {}
    for one in reversed(cls.__mro__):
        if one.__module__.startswith("keras."):
            found.update(_parsed(inspect.cleandoc(one.__doc__ or "")))
    return found


def _parsed(docstring: str) -> dict[str, str]:
    match = re.search(r"^Arg(?:ument)?s:\n(.*?)(?=^\S|\Z)", docstring, re.M | re.S)
    if match is None:
        return {}
    parts = re.split(r"^ {4}(?=[`\w*]+(?:, [`\w]+)*: ?)", match[1], flags=re.M)
    found = {}
    for part in parts:
        names, colon, description = part.partition(":")
        if colon:
            for name in re.findall(r"\w+", names):
                found[name] = " ".join(description.split())
    return found


def argument(parameter: inspect.Parameter, description: str) -> dict[str, Any]:
    """The catalogue's form of one parameter, as far as signature and docstring say it plainly."""
    required = parameter.default is parameter.empty
    default = None if required else _plain(parameter.default)
    types = _types(parameter, default, description)
    null = not required and parameter.default is None
    null = null or bool(re.search(r"\bNone\b|^\(?optional", description, re.I))
    found = {
        "meaning": _meaning(description),
        "null": null and bool(types),
        "required": required,
        "types": types,
    }
    if not required and (default is not None or parameter.default is None):
        found["default"] = default
    return found


def _types(parameter: inspect.Parameter, default: Any, description: str) -> list[str]:
    if isinstance(default, bool):
        return ["bool"]
    words = re.findall(r"[a-z_]+", description.split(". ")[0].lower())
    leading = next((word for word in words if word not in _FILLERS), "")
    if leading not in _TYPE_OF or _UNSURE.search(description):
        return []
    # Every type that the description names anywhere is allowed: rather too many than too few.
    types = {_TYPE_OF[word] for word in re.findall(r"[a-z_]+", description.lower()) if word in _TYPE_OF}
    if default is not None:
        types |= {_type_of(default)}
    return sorted(types)


def _type_of(value: Any) -> str:
    return {tuple: "list", dict: "object"}.get(type(value), type(value).__name__)


def _plain(value: Any) -> Any:
    """`value` as JSON reads it back, None if JSON cannot hold it."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        return None


def _meaning(description: str) -> str:
    sentence = re.split(r"(?<=[^.][.])\s+(?=[A-Z`\"])|: \* |\n", description)[0].strip()
    return sentence if len(sentence) <= 120 else sentence[:117].rsplit(" ", 1)[0] + " …"


def quoted(text: str) -> set[str]:
    """The short texts in quotes in `text`: what a docstring or a message names as values."""
    return set(re.findall(r"""["']([\w+-]{1,40})["']""", text))


def quoted_in_source(cls: type) -> set[str]:
    """The short texts in quotes in the modules of `cls` and its bases."""
    found: set[str] = set()
    for one in cls.__mro__:
        if one.__module__.startswith("keras."):
            found |= quoted(inspect.getsource(sys.modules[one.__module__]))
    return found


def _objects(kind: str) -> dict[str, Any]:
    import keras

    # The table that `get` looks up; nothing public lists the strings.
    module = sys.modules[getattr(keras, kind).get.__module__]
    objects: dict[str, Any] = module.ALL_OBJECTS_DICT
    return objects


def strings_of_get(kind: str) -> list[str]:
    """Every string that `keras.<kind>.get` knows."""
    return sorted(_objects(kind))


def class_named(kind: str, text: str, known: set[str]) -> str | None:
    """Which of `known` the string stands for; a loss function stands for its class."""
    found = _objects(kind)[text].__name__
    if found in known:
        return found
    for name in known:
        if name.lower() == found.replace("_", "").lower():
            return name
    return None
