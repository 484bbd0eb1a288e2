"""The type of an item in a list of layers: of a layer, or of an operation of `keras.ops`."""

from __future__ import annotations

from kspec.spec.catalog.entry import Entry, Refused
from kspec.spec.catalog.lookup import find

__all__ = ["OPS", "find_item", "operation_of", "takes_list"]

OPS = "ops."
"""The prefix of an operation: "ops.mean"."""


def operation_of(type_: str) -> str | None:
    """The name of the operation that an item of this type is, without prefix; None for a layer."""
    return type_.removeprefix(OPS) if type_.startswith(OPS) else None


def find_item(type_: str) -> Entry | Refused | None:
    """As `find`, for an item of this type."""
    operation = operation_of(type_)
    return find("layers", type_) if operation is None else find("ops", operation)


def takes_list(type_: str) -> bool:
    """Whether several inputs of an item are passed as one list; so it is if nothing is known."""
    entry = find_item(type_)
    return type_ == "Model" or not isinstance(entry, Entry) or entry.takes_list
