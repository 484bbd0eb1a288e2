"""Writes `keras-MAJOR.MINOR*.json`, what the installed Keras offers: run as

    python -m kspec.spec.catalog.generate            write the files of the installed Keras
    python -m kspec.spec.catalog.generate --check    exit 1 if they differ, and say where

`docs/howto/new-keras.md` explains how to add the next minor version of Keras.

An argument is listed only if the constructor accepts it: most come from signatures, and those that
go through `**kwargs` are tried. Types come from the leading words of docstrings, and only if these
are plain; choices are the texts that a constructor accepts while it refuses nonsense.
"""

from __future__ import annotations

import argparse
import difflib
import inspect
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from kspec.spec.catalog import (
    applications,
    calls,
    corrections,
    docstrings,
    files,
    operations,
    ranges,
)
from kspec.spec.catalog.lookup import OBJECT_KINDS, kind_of_argument

__all__ = ["catalogue", "installed_minor", "main", "text_of"]

_NONSENSE = "no_such_text"
_PROBES = {"activity_regularizer": "l2", "autocast": True, "dtype": "float32", "name": "probe"}
_PROBES |= {"trainable": True}


def main(arguments: list[str] | None = None) -> int:
    """Write the catalogue, or with `--check` compare; returns the exit code."""
    parser = argparse.ArgumentParser(description="Generate the catalogue of the installed Keras.")
    parser.add_argument("--check", action="store_true", help="exit 1 and say what differs")
    options = parser.parse_args(arguments)
    texts = {files.FOLDER / name: text_of(values) for name, values in catalogue().items()}
    if not options.check:
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
        return 0
    differences = [line for path, text in texts.items() for line in _differences(path, text)]
    print("\n".join(differences) or "the catalogue is what this Keras says")
    return 1 if differences else 0


def _differences(path: Path, text: str) -> list[str]:
    """How the file at `path` differs from `text`, line by line."""
    if not path.exists():
        return [f"{path.name} is missing: run this without --check"]
    old, new = path.read_text(encoding="utf-8").splitlines(), text.splitlines()
    return list(difflib.unified_diff(old, new, path.name, "this Keras", n=0, lineterm=""))


def installed_minor() -> str:
    """The minor version of the installed Keras, "3.15"."""
    import keras

    return ".".join(keras.__version__.split(".")[:2])


def catalogue() -> dict[str, dict[str, Any]]:
    """The content of each file for the installed Keras, by file name.

    Each holds its entries by kind and name, and the aliases by kind; the main file also has the
    arguments that all layers have in common.
    """
    import keras

    version = installed_minor()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kinds = {kind: dict(sorted(_entries(kind))) for kind in OBJECT_KINDS}
        aliases = {kind: dict(sorted(_aliases(kind, set(kinds[kind])))) for kind in OBJECT_KINDS}
        own = {
            "applications": (applications.entries(keras.applications), ()),
            "ops": (operations.entries(keras.ops), operations.aliases(keras.ops)),
        }
        parts = {
            files.file_name(version, kind): {
                "aliases": {kind: dict(sorted(others))},
                "kinds": {kind: dict(sorted(entries))},
            }
            for kind, (entries, others) in own.items()
        }
    main = {"aliases": aliases, "common": corrections.COMMON, "kinds": kinds}
    return {files.file_name(version): main, **parts}


def text_of(values: dict[str, Any]) -> str:
    """A file of the catalogue with one line for each entry, so that a diff shows what changed."""
    parts = []
    for section, kinds in sorted(values.items()):
        groups = []
        for kind, entries in sorted(kinds.items()):
            lines = [f"   {json.dumps(name)}: {_line(entry)}" for name, entry in entries.items()]
            groups.append(f"  {json.dumps(kind)}: {{\n" + ",\n".join(lines) + "\n  }")
        parts.append(f" {json.dumps(section)}: {{\n" + ",\n".join(groups) + "\n }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _line(entry: Any) -> str:
    # The order of a class's arguments is Keras's own; everything else is sorted already.
    return json.dumps(entry, separators=(",", ":"), ensure_ascii=False)


def _module(kind: str) -> Any:
    import keras

    return keras.optimizers.schedules if kind == "schedules" else getattr(keras, kind)


def _base(kind: str) -> type | None:
    import keras

    bases: dict[str, type] = {
        "callbacks": keras.callbacks.Callback,
        "constraints": keras.constraints.Constraint,
        "initializers": keras.initializers.Initializer,
        "layers": keras.layers.Layer,
        "losses": keras.losses.Loss,
        "metrics": keras.metrics.Metric,
        "optimizers": keras.optimizers.Optimizer,
        "regularizers": keras.regularizers.Regularizer,
        "schedules": keras.optimizers.schedules.LearningRateSchedule,
    }
    return bases.get(kind)


@cache
def _public(kind: str) -> dict[str, Any]:
    members = inspect.getmembers(_module(kind), callable)
    return {name: value for name, value in members if hasattr(value, "__name__") and name[0] != "_"}


def _entries(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    refused = corrections.REFUSED.get(kind, {})
    yield from ((name, {"refused": reason}) for name, reason in refused.items())
    yield from ((name, {"function": True}) for name in corrections.FUNCTIONS.get(kind, ()))
    base, get = _base(kind), getattr(_module(kind), "get", None)
    for name, value in _public(kind).items():
        if name in refused or name != _canonical(kind, value):
            continue
        if base is None:
            if get is not None and _accepts(get, identifier=name):
                yield name, {"function": True}
        elif inspect.isclass(value) and issubclass(value, base):
            if kind == "callbacks" and name not in corrections.CALLBACKS:
                yield name, {"refused": corrections.OTHER_CALLBACKS.format(name=name)}
            else:
                yield name, _class(kind, value)


def _canonical(kind: str, value: Any) -> str:
    """The name of `value` itself if it is public, otherwise its first public name."""
    names = [name for name, other in _public(kind).items() if other is value]
    return value.__name__ if value.__name__ in names else min(names)


def _aliases(kind: str, known: set[str]) -> Iterator[tuple[str, str]]:
    """Other names for entries of the catalogue: from the module, and strings that Keras accepts."""
    for name, value in _public(kind).items():
        target = _canonical(kind, value)
        if name not in known and target in known:
            yield name, target
    module = _module(kind)
    if not hasattr(module, "get"):
        return
    for text in docstrings.strings_of_get(module):
        if text in known or text in corrections.FUNCTIONS.get(kind, ()):
            continue
        found = docstrings.class_named(module, text, known)
        if found is not None:
            yield text, found


def _class(kind: str, cls: type) -> dict[str, Any]:
    described = docstrings.arguments_of(cls)
    corrected = corrections.ARGUMENTS.get(kind, {})
    sample = _sample(kind, cls)
    entry: dict[str, Any] = {}
    parameters = _parameters(cls)
    if kind == "layers":
        entry |= calls.of_layer(cls)
        own = {parameter.name for parameter in parameters}
        entry["common"] = sorted(
            name
            for name, value in _PROBES.items()
            if name not in own and _accepts(cls, **sample, **{name: value})
        )
        parameters += _inherited(cls, sample, own.union(entry["common"]))
    arguments = {}
    for parameter in parameters:
        name = parameter.name
        argument = docstrings.argument(parameter, described.get(name, ""))
        trial = _Trial(cls, sample, name)
        choices = _choices(cls, sample, parameter, described.get(name, ""))
        if choices:
            argument["choices"] = choices
            upper = {**sample, name: choices[0].upper()}
            argument["any_case"] = choices[0].upper() not in choices and _accepts(cls, **upper)
            if not argument["types"]:
                # Only types that the constructor refuses can be ruled out.
                others = {"bool": True, "int": 1, "list": [1], "object": {"a": 1}}
                taken = [type_ for type_, value in others.items() if trial(value)]
                argument |= {"null": trial(None), "types": sorted([*taken, "str"])}
        for correction in (f"*.{name}", f"{cls.__name__}.{name}"):
            argument.update(corrected.get(correction, {}))
        argument.setdefault("items", docstrings.items_of(argument))
        limits = ranges.of_argument(trial, argument["types"])
        limits |= ranges.length_of(trial, argument["types"])
        arguments[name] = docstrings.tidy({**limits, **argument})
    return {"arguments": arguments, **entry}


class _Trial:
    """Tries whether a class accepts a value for one argument, with sample values for the rest."""

    def __init__(self, cls: type, sample: dict[str, Any], name: str) -> None:
        self.cls, self.sample, self.name = cls, sample, name

    def __call__(self, value: Any) -> bool:
        return _accepts(self.cls, **{**self.sample, self.name: value})


def _parameters(cls: type) -> list[inspect.Parameter]:
    usual = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    constructor = vars(cls).get("__init__")
    parameters = inspect.signature(constructor or cls).parameters.values()
    return [p for p in parameters if p.kind in usual and p.name != "self"]


def _inherited(cls: type, sample: dict[str, Any], taken: set[str]) -> list[inspect.Parameter]:
    """The arguments that the constructor accepts in `**kwargs`, itself or for a base class."""
    if _accepts(cls, **sample, **{_NONSENSE: 1}):
        return []  # it accepts anything and ignores it
    bases = [base for base in cls.__mro__[1:] if "__init__" in vars(base)]
    known = [p for base in bases for p in _parameters(base) if base.__module__[:6] == "keras."]
    known += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
        for name, default in corrections.HIDDEN.items()
    ]
    found: dict[str, inspect.Parameter] = {}
    for parameter in known:
        name, default = parameter.name, parameter.default
        value = None if default is parameter.empty else default
        new = name not in taken and name not in found and name not in corrections.IGNORED
        if new and _accepts(cls, **{**sample, name: value}):
            found[name] = parameter.replace(default=value, annotation=parameter.empty)
    return list(found.values())


def _sample(kind: str, cls: type) -> dict[str, Any]:
    """Values for the required arguments with which the constructor works.

    Raises RuntimeError if there are none: `corrections.samples` then lacks a value.
    """
    import keras

    samples = corrections.samples(keras)
    sample = {
        p.name: samples.get(f"{cls.__name__}.{p.name}", samples.get(p.name))
        for p in _parameters(cls)
        if p.default is p.empty or f"{cls.__name__}.{p.name}" in samples
    }
    try:
        cls(**sample)
    except Exception as error:
        raise RuntimeError(f"no sample for {kind}.{cls.__name__}: {error}") from error
    return sample


def _choices(
    cls: type, sample: dict[str, Any], parameter: inspect.Parameter, description: str
) -> list[str]:
    """The texts that the constructor accepts here, empty if it takes any text or none."""
    name = parameter.name
    if kind_of_argument(name) is not None or name in corrections.OPEN_TEXT:
        return []
    refusal = _refusal(cls, **{**sample, name: _NONSENSE})
    if refusal is None:
        return []
    default = parameter.default if isinstance(parameter.default, str) else ""
    texts = docstrings.quoted(f'{description} {refusal} "{default}"')
    texts |= docstrings.quoted_in_constructor(cls)
    return sorted(text for text in texts if _accepts(cls, **{**sample, name: text}))


def _refusal(function: Callable[..., Any], **arguments: Any) -> str | None:
    """Why `function` refuses `arguments`, None if it accepts them."""
    try:
        function(**arguments)
    except Exception as error:  # whatever Keras raises is a refusal
        return str(error) or type(error).__name__
    return None


def _accepts(function: Callable[..., Any], **arguments: Any) -> bool:
    return _refusal(function, **arguments) is None


if __name__ == "__main__":
    sys.exit(main())
