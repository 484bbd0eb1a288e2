"""What Keras's docstrings and sources say about arguments, and those of plugins."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from kspec.spec.catalog.suggestions import bare

__all__ = [
    "argument",
    "arguments_of",
    "arguments_of_call",
    "arguments_of_function",
    "as_json",
    "class_named",
    "items_of",
    "quoted",
    "quoted_in_constructor",
    "strings_of_get",
    "tidy",
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

# Words that may precede the type and say nothing about it.
_FILLERS = {"a", "an", "optional", "python", "positive", "single", "or", "either", "the", "small"}

# A description with one of these may allow anything.
_UNSURE = re.compile(r"callable|function|instance|tensor|schedule|`keras|path|policy|object", re.I)


def arguments_of(cls: type) -> dict[str, str]:
    """What "Args" in the docstrings of `cls` and its bases says of each argument, on one line."""
    return _of_class(cls, "Arg(?:ument)?s")


def arguments_of_call(cls: type) -> dict[str, str]:
    """What "Call arguments" in the docstrings of `cls` and its bases says of each argument."""
    return _of_class(cls, "Call [Aa]rg(?:ument)?s")


def arguments_of_function(function: Callable[..., Any]) -> dict[str, str]:
    """As `arguments_of`, for a function."""
    return _parsed(inspect.cleandoc(function.__doc__ or ""), "Arg(?:ument)?s")


def _of_class(cls: type, heading: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in reversed(cls.__mro__):
        if one.__module__.startswith("keras."):
            found.update(_parsed(inspect.cleandoc(one.__doc__ or ""), heading))
    return found


def _parsed(docstring: str, heading: str) -> dict[str, str]:
    # Some docstrings indent everything after their first line.
    match = re.search(rf"^( *){heading}:\n((?:\1 .*\n|\n)*)", docstring + "\n", re.M)
    if match is None:
        return {}
    indent = len(match[1]) + 4
    parts = re.split(rf"^ {{{indent}}}(?=[`\w]+(?:, [`\w]+)*: ?)", match[2], flags=re.M)
    found = {}
    for part in parts:
        names, colon, description = part.partition(":")
        if colon:
            for name in re.findall(r"\w+", names):
                found[name] = " ".join(re.sub(r"\*\*kwargs:.*|{{.*}}.*", "", description).split())
    return found


def argument(parameter: inspect.Parameter, description: str) -> dict[str, Any]:
    """The catalogue's form of one parameter, as far as signature and docstring are plain."""
    required = parameter.default is parameter.empty
    default = None if required else as_json(parameter.default)
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


def items_of(argument: dict[str, Any]) -> list[str]:
    """The item types of the lists that `argument` takes: numbers, if it also takes a number."""
    types = set(argument["types"])
    if "list" not in types or types & {"str", "object"}:
        return []
    return ["float"] if "float" in types else ["int"] if "int" in types else []


def tidy(argument: dict[str, Any]) -> dict[str, Any]:
    """`argument` with its keys sorted and those that say nothing left out."""
    return {
        key: argument[key]
        for key in sorted(argument)
        if _says_something(key, argument[key]) and not (key == "default" and argument["required"])
    }


def _says_something(key: str, value: Any) -> bool:
    if key == "default":
        return True
    return (
        value is not None
        if key in ("length", "maximum", "minimum")
        else value not in (False, [], "")
    )


def _types(parameter: inspect.Parameter, default: Any, description: str) -> list[str]:
    if isinstance(default, bool):
        return ["bool"]
    # "The number of" says nothing about the type.
    description = re.sub(r"\bnumbers? of\b", "", description.lower())
    words = re.findall(r"[a-z_]+", description.split(". ")[0])
    leading = next((word for word in words if word not in _FILLERS), "")
    if leading not in _TYPE_OF or _UNSURE.search(description):
        return []
    # Every type that the description names anywhere is allowed: better too many than too few.
    types = {_TYPE_OF[word] for word in re.findall(r"[a-z_]+", description) if word in _TYPE_OF}
    if default is not None:
        types |= {_type_of(default)}
    return sorted(types)


def _type_of(value: Any) -> str:
    name = type(value).__name__
    return {"dict": "object"}.get(name, name)


def as_json(value: Any) -> Any:
    """`value` after a round trip through JSON; None if JSON cannot hold it."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        return None


def _meaning(description: str) -> str:
    sentences = re.split(r"(?<=[^.][.])\s+(?=[A-Z`\"])", description)
    # A first sentence of few words only gives the type.
    few = len(sentences) > 1 and len(sentences[0].split()) < 5
    meaning = " ".join(sentences[: 2 if few else 1])
    return meaning if len(meaning) <= 120 else meaning[:117].rsplit(" ", 1)[0] + " …"


def quoted(text: str) -> set[str]:
    """The short quoted texts in `text`, with which a docstring or a message names values."""
    return set(re.findall(r"""["']([\w+-]{1,40})["']""", text))


@cache
def quoted_in_constructor(cls: type) -> set[str]:
    """The short quoted texts in the constructors of `cls` and its bases."""
    found: set[str] = set()
    for one in cls.__mro__:
        if one.__module__.startswith("keras.") and "__init__" in vars(one):
            found |= quoted(inspect.getsource(vars(one)["__init__"]))
    return found


def _objects(module: Any) -> dict[str, Any]:
    # The table that `get` looks up; nothing public lists the strings.
    objects: dict[str, Any] = sys.modules[module.get.__module__].ALL_OBJECTS_DICT
    return objects


def strings_of_get(module: Any) -> list[str]:
    """Every string that `get` of `module`, such as `keras.losses`, knows."""
    return sorted(_objects(module))


def class_named(module: Any, text: str, known: Iterable[str]) -> str | None:
    """Which of `known` a string for `get` stands for; a loss function stands for its class."""
    found: str = _objects(module)[text].__name__
    if found in known:
        return found
    return next((name for name in known if bare(name) == bare(found)), None)
