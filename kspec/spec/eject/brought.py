"""How a script uses plugins: its imports, and the code that makes their objects."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from typing import Any

from kspec.spec.catalog.registry import KINDS, Registered, registered, registered_of
from kspec.spec.eject.code import INDENT, WIDTH, Call, Expression, lines
from kspec.spec.eject.literals import quote
from kspec.spec.models import KerasObject

__all__ = ["brought_names", "imports_of", "loss_function", "made_of", "script_name"]

_LOSS = "loss"


def brought_names() -> set[str]:
    """The names that a script may import from plugins."""
    return {name for kind in KINDS for name in registered_of(kind)}


def script_name(brought: Registered, reserved: frozenset[str]) -> str:
    """The name that the script uses for it: its own, unless that is `reserved`."""
    name = brought.entry.name
    return f"plugin_{name}" if name in reserved else name


def imports_of(used: set[str], reserved: frozenset[str]) -> tuple[list[str], list[str]]:
    """The lines that import the `used` names of plugins, and the modules that they import from."""
    wanted: dict[str, set[str]] = {}
    for kind in KINDS:
        for name, brought in registered_of(kind).items():
            called = script_name(brought, reserved)
            if called in used:
                text = name if called == name else f"{name} as {called}"
                wanted.setdefault(_module(brought), set()).add(text)
    modules = sorted(wanted)
    return [line for each in modules for line in _import(each, sorted(wanted[each]))], modules


def made_of(brought: Registered, called: str, given: Mapping[str, Expression]) -> Expression:
    """The expression for a layer, a loss or a metric of a plugin with the arguments `given`."""
    if inspect.isclass(brought.thing):
        return Call(called, (), tuple(given.items()))
    if not given:
        return called
    if brought.entry.kind == "losses":
        return _LOSS
    named = {"name": quote(brought.entry.name), **given}
    return Call("keras.metrics.MeanMetricWrapper", (called,), tuple(named.items()))


def loss_function(
    loss: KerasObject, called: str, given: Mapping[str, Expression]
) -> list[str] | None:
    """A function that wraps a plugin's loss function and its arguments; None for other losses."""
    brought = registered("losses", loss.type)
    if brought is None or inspect.isclass(brought.thing) or not given:
        return None
    call = Call(called, ("y_true", "y_pred"), tuple(given.items()))
    return [f"def {_LOSS}(y_true, y_pred):", *lines(call, "return ", depth=1)]


def _import(module: str, names: list[str]) -> list[str]:
    plain = [name for name in names if " as " not in name]
    others = [f"from {module} import {name}" for name in names if name not in plain]
    line = f"from {module} import {', '.join(plain)}"
    if len(line) <= WIDTH:
        return [line, *others] if plain else others
    return [f"from {module} import (", *(f"{INDENT}{name}," for name in plain), ")", *others]


def _module(brought: Registered) -> str:
    """The module to import it from: the plugin itself, or the module that defines it."""
    here: Any = getattr(sys.modules.get(brought.plugin), brought.entry.name, None)
    return brought.plugin if here is brought.thing else brought.thing.__module__
