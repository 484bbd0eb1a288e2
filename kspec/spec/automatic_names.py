"""Names for the layers of a spec: the given name, or type and count as Keras numbers them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from kspec.spec.catalog import operation_of
from kspec.spec.catalog.lookup import find_in_keras
from kspec.spec.models import KerasObject

__all__ = ["layer_names"]


def layer_names(layers: Iterable[KerasObject]) -> list[str]:
    """One name per layer, the same in every process.

    Keras's automatic names count up within a process; initial weights are keyed by name, so these
    count within the spec: conv2d, conv2d_1, … Given names are kept, and never assigned to another
    layer. A Shared makes no layer; it is named in the same way, but counted separately.
    """
    layers = list(layers)
    taken = {layer.arguments["name"] for layer in layers if layer.arguments.get("name")}
    counts: Counter[str] = Counter()
    names = []
    for layer in layers:
        name = layer.arguments.get("name")
        while name is None or (name in taken and not layer.arguments.get("name")):
            base = to_snake_case(_class_name(layer.type))
            name = f"{base}_{counts[base]}" if counts[base] else base
            counts[base] += 1
        names.append(name)
    return names


def _class_name(written: str) -> str:
    """The class name that Keras counts by; a spec may use an alias of it."""
    if (operation := operation_of(written)) is not None:
        return operation
    found = find_in_keras("layers", written)
    return found.name if found is not None else written


def to_snake_case(name: str) -> str:
    """The name of a class as Keras writes it in the names of layers: Conv2D is conv2d."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
