"""Writes `keras-MAJOR.MINOR*.json`, what the installed Keras offers: run as

    python -m kspec.cataloguing.generate            write the files of the installed Keras
    python -m kspec.cataloguing.generate --check    exit 1 if they differ, and say where

`docs/howto/new-keras.md` explains how to add the next minor version of Keras.
"""

from __future__ import annotations

import argparse
import difflib
import inspect
import json
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import keras

from kspec.cataloguing import applications, classes, corrections, operations, refusals
from kspec.spec.catalog import docstrings, files
from kspec.spec.catalog.lookup import OBJECT_KINDS

__all__ = ["catalogue", "installed_minor", "main", "text_of"]


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
    return ".".join(keras.__version__.split(".")[:2])


def catalogue() -> dict[str, dict[str, Any]]:
    """The content of each file for the installed Keras, by file name.

    Each holds its entries by kind and name, and the aliases by kind; the main file also has the
    arguments that all layers have in common.
    """
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
    return keras.optimizers.schedules if kind == "schedules" else getattr(keras, kind)


def _base(kind: str) -> type | None:
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
    refused = refusals.REFUSED.get(kind, {})
    yield from ((name, {"refused": reason}) for name, reason in refused.items())
    yield from ((name, {"function": True}) for name in refusals.FUNCTIONS.get(kind, ()))
    base, get = _base(kind), getattr(_module(kind), "get", None)
    for name, value in _public(kind).items():
        if name in refused or name != _canonical(kind, value):
            continue
        if base is None:
            if get is not None and classes.accepts(get, identifier=name):
                yield name, {"function": True}
        elif inspect.isclass(value) and issubclass(value, base):
            if kind == "callbacks" and name not in refusals.CALLBACKS:
                yield name, {"refused": refusals.OTHER_CALLBACKS.format(name=name)}
            else:
                yield name, classes.entry(kind, value, corrections.samples(keras))


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
        if text in known or text in refusals.FUNCTIONS.get(kind, ()):
            continue
        found = docstrings.class_named(module, text, known)
        if found is not None:
            yield text, found


if __name__ == "__main__":
    sys.exit(main())
