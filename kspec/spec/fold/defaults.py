"""Spells out defaults of arguments that other layers give explicitly, while layers are folded."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from kspec.spec import catalog
from kspec.spec.fold.items import Item, Network, networks
from kspec.spec.fold.values import identity

__all__ = ["Spelled", "leave_out", "spell_out"]

Spelled = dict[tuple[str, str], Any]
"""The default that was written out, by type and argument."""


def spell_out(network: Network) -> Spelled:
    """Write out the default of an argument if any layer of the same type gives the argument."""
    items = [item for each in networks(network) for item in each.items]
    said: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for item in items:
        for key, value in item.arguments.items():
            said[item.type, key].append(value)
    spelled: Spelled = {}
    for (kind, key), values in said.items():
        default = _default(kind, key)
        if default is None:
            continue
        if isinstance(default, list) and not any(isinstance(value, list) for value in values):
            default = default[0]  # 1 is short for [1, 1].
        spelled[kind, key] = default
    for item in items:
        for (kind, key), default in spelled.items():
            if kind == item.type:
                item.arguments.setdefault(key, default)
    return spelled


def leave_out(network: Network, spelled: Spelled) -> None:
    """Remove values again that equal Keras's default and are not parameters."""
    for each in networks(network):
        for item in each.items:
            _leave_out(item, spelled)


def _leave_out(item: Item, spelled: Spelled) -> None:
    for key in [key for key in item.arguments if (item.type, key) in spelled]:
        if identity(item.arguments[key]) == identity(spelled[item.type, key]):
            del item.arguments[key]


def _default(kind: str, key: str) -> Any:
    """The default of an argument if it is a scalar, or a list of equal numbers; else None."""
    found = catalog.find("layers", kind)
    if not isinstance(found, catalog.Entry) or key not in found.arguments:
        return None
    argument = found.arguments[key]
    default = argument.default
    if isinstance(default, (list, tuple)):
        return list(default) if len({identity(each) for each in default}) == 1 else None
    return default if isinstance(default, (bool, int, float, str)) else None
