"""Reads Keras objects of a spec: canonical names, and arguments of the expected type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kspec.spec import catalog
from kspec.spec.models import KerasObject

__all__ = [
    "activation_of",
    "counted",
    "default_of",
    "name_of",
    "named",
    "number",
    "refused",
    "whole",
]

# Layers that are activations, with the names of their functions.
_LAYERS = {
    "ELU": "elu",
    "LeakyReLU": "leaky_relu",
    "PReLU": "prelu",
    "ReLU": "relu",
    "Softmax": "softmax",
}


def name_of(kind: str, name: str) -> str:
    """Keras's own name for `name`: "adam" is Adam; an unknown name is returned unchanged."""
    try:
        return catalog.resolve_name(kind, name)
    except ValueError:
        return name


def named(kind: str, value: Any) -> tuple[str, Mapping[str, Any]] | None:
    """Name and arguments of an argument that is an object ("l2", {"type": "L2", "l2": 0.1})."""
    if isinstance(value, str):
        return name_of(kind, value), {}
    if isinstance(value, Mapping) and isinstance(value.get("type"), str):
        return name_of(kind, value["type"]), value
    return None


def number(value: Any) -> float | None:
    """`value` if it is a number; true and false are not."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) if abs(value) < 1e300 else None
    return None


def counted(count: float, noun: str) -> str:
    """A number and what it counts: "1 epoch", "2 epochs"."""
    shown = f"{count:g}" if isinstance(count, float) else str(count)
    return f"{shown} {noun}{'s' * (count != 1)}"


def whole(value: Any) -> int | None:
    """`value` if it is an integer."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def default_of(kind: str, name: str, argument: str) -> Any:
    """The default of `argument` of a class; also None if it has no such argument."""
    entry = catalog.find(kind, name)
    if not isinstance(entry, catalog.Entry) or argument not in entry.arguments:
        return None
    return entry.arguments[argument].default


def refused(kind: str, name: str, argument: str, value: float) -> bool:
    """Whether `value` is outside the argument's range in the catalogue, which then reports it."""
    entry = catalog.find(kind, name)
    known = entry.arguments.get(argument) if isinstance(entry, catalog.Entry) else None
    return known is not None and known.excludes(value)


def activation_of(layer: KerasObject) -> str | None:
    """The name of the activation that a layer ends with, "linear" if it applies none.

    None for a layer that takes no activation (Add, pooling), or if it cannot be told. For a layer
    that is an activation, its own function.
    """
    name = name_of("layers", layer.type)
    if name in _LAYERS:
        return _LAYERS[name]
    entry = catalog.find("layers", name)
    if not isinstance(entry, catalog.Entry) or "activation" not in entry.arguments:
        return None
    value = layer.arguments.get("activation", entry.arguments["activation"].default)
    if value is None:
        return "linear" if name != "Activation" else None
    found = named("activations", value)
    if found is None:
        return None
    if not isinstance(value, str):
        # An object can be a layer, or a function such as {"type": "relu"}.
        return _LAYERS.get(name_of("layers", found[0]), found[0].lower())
    return found[0]
