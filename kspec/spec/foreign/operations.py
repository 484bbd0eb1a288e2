"""Keras 3's operations as layers of a graph: the class `Mean` is the function `ops.mean`."""

from __future__ import annotations

from functools import cache
from typing import Any

from kspec.spec import catalog
from kspec.spec.catalog.suggestions import bare
from kspec.spec.foreign.reading import BrokenError, quoted
from kspec.spec.foreign.structure import RawLayer
from kspec.spec.foreign.values import plain

__all__ = ["is_operation", "key_text", "operation_of", "positions"]

_NAMED_OTHERWISE = {
    "BatchNorm": "batch_normalization",
    "LayerNorm": "layer_normalization",
    "RMSNorm": "rms_normalization",
}

_POSITIONS = {
    "get_item": ("x", "key"),
    "slice": ("inputs", "start_indices"),
    "slice_update": ("inputs", "start_indices", "updates"),
}
"""The call arguments of classes that are called with more than tensors."""


def is_operation(layer: RawLayer) -> bool:
    """Whether it is an operation, not a layer: there is an Add of both kinds."""
    return layer.module.startswith(("keras.src.ops", "keras.ops"))


def operation_of(layer: RawLayer) -> tuple[catalog.Entry, dict[str, Any]]:
    """The entry of the operation and its arguments. Raises BrokenError if there is none."""
    name = _name(layer)
    entry = catalog.find("ops", name) if name else None
    if entry is None:
        raise BrokenError("it is an operation that keras.ops does not have")
    if isinstance(entry, catalog.Refused):
        raise BrokenError(entry.reason)
    arguments: dict[str, Any] = {}
    for key, value in layer.arguments.items():
        argument = entry.arguments.get(key)
        value = plain(value)
        if key in ("name", "dtype") and argument is None:
            continue
        # Not `in`: 0 equals False, but may mean something here.
        is_empty = value is None or value is False
        if argument is None and not is_empty and entry.others is None:
            raise BrokenError(f"it has the argument {quoted(key)}, which ops.{name} does not have")
        if argument is None or (not argument.required and value == argument.default):
            continue
        arguments[key] = value
    return entry, arguments


def positions(entry: catalog.Entry) -> tuple[str, ...]:
    """The names of the positional arguments in a call of the class behind an operation."""
    return _POSITIONS.get(entry.name, tuple(argument.name for argument in entry.call))


def key_text(key: Any) -> int | str:
    """The key of get_item as text: ":, 0", "..., 1:". Raises BrokenError."""
    if isinstance(key, int) and not isinstance(key, bool):
        return key
    parts = key if isinstance(key, list) else [key]
    return ", ".join(_part(part) for part in parts)


def _part(part: Any) -> str:
    if part is None:
        return "None"
    if isinstance(part, int) and not isinstance(part, bool):
        return str(part)
    if isinstance(part, dict) and part.get("class_name") == "__ellipsis__":
        return "..."
    config = part.get("config") if isinstance(part, dict) else None
    if isinstance(config, dict) and part.get("class_name") == "__slice__":
        ends = [config.get(name) for name in ("start", "stop", "step")]
        if all(end is None or type(end) is int for end in ends):
            start, stop, step = ("" if end is None else str(end) for end in ends)
            return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
    raise BrokenError("it takes a part that is neither a number nor a slice")


def _name(layer: RawLayer) -> str | None:
    name = layer.class_name
    if name in _NAMED_OTHERWISE:
        return _NAMED_OTHERWISE[name]
    space = layer.module.rpartition(".")[2]
    known = _by_letters()
    return known.get((space, bare(name))) or known.get(("", bare(name)))


@cache
def _by_letters() -> dict[tuple[str, str], str]:
    """Every operation by its namespace ("" for none) and its normalized name."""
    found = {}
    for name in catalog.names("ops"):
        space, _, own = name.rpartition(".")
        found[space, bare(own)] = name
    return found
