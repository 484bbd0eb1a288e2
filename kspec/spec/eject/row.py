"""A network that is a row of plain layers, as `keras.Sequential`."""

from __future__ import annotations

from kspec.spec.catalog import operation_of
from kspec.spec.catalog.backbone import BACKBONE
from kspec.spec.eject.code import Call, Expression, Row
from kspec.spec.eject.items import Entering, Item, Network, Tensor
from kspec.spec.eject.literals import quote
from kspec.spec.eject.objects import made
from kspec.spec.eject.scope import Scope, resolved

__all__ = ["is_row", "sequential"]


def is_row(network: Network) -> bool:
    """Whether each item is a plain layer that takes the output of the one before it."""
    if len(network.entering) > 1:
        return False
    before: Entering | Item = network.entering[0]
    for item in network.items:
        plain = not (item.block or item.is_repeat or item.shares or item.is_shared)
        plain = plain and item.type != BACKBONE  # Its function needs the tensor that it takes.
        if not plain or operation_of(item.type) is not None or item.takes != Tensor(before):
            return False
        if item.inner is not None and (_is_frozen(item) or not is_row(item.inner)):
            return False
        before = item
    return network.outputs in (None, (Tensor(before),)) and not network.gives_list


def sequential(network: Network, scope: Scope, name: str | None, *first: Expression) -> Call:
    """`keras.Sequential` of a row, with `first` at the beginning."""
    items = [*first]
    for item in network.items:
        if item.inner is not None:
            items.append(sequential(item.inner, scope, item.name))
        else:
            named = {"name": item.name} if item.name else {}
            items.append(made("layers", item.type, resolved({**item.arguments, **named}, scope)))
    named_row = (("name", quote(name)),) if name else ()
    return Call("keras.Sequential", (Row(tuple(items)),), named_row)


def _is_frozen(item: Item) -> bool:
    """Whether a nested model is frozen, which `keras.Sequential` has no argument for."""
    return item.arguments.get("trainable") is False
