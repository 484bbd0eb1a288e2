"""Calls of layers and operations on tensors, as `kspec.model.call` and `.operations` make them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kspec.spec import catalog
from kspec.spec.eject.code import Call, Expression, Row
from kspec.spec.eject.items import Item, Tensor
from kspec.spec.eject.literals import literal
from kspec.spec.eject.objects import value

__all__ = ["called", "gives_several", "operation"]

Text = Callable[[Tensor], str]
"""Finds the source text of a tensor."""

# Operations whose first parameters are not all of their tensors: how many tensors are positional.
_LEADING = {
    "average": 1,
    "batch_normalization": 3,
    "image.scale_and_translate": 1,
    "slice_update": 1,
}
# Operations that take any number of positional tensors, and the arguments before these.
_VARIADIC = {"einsum": ("subscripts",), "meshgrid": ()}

# Operations that return several tensors.
_SEVERAL_OPERATIONS = frozenset(
    (
        "array_split", "dsplit", "eig", "eigh", "histogram", "hsplit", "lu_factor", "meshgrid",
        "moments", "qr", "slogdet", "split", "svd", "top_k", "unravel_index", "unstack", "vsplit",
    )
)  # fmt: skip


def called(target: Expression, kind: str, takes: Any, text: Text) -> Expression:
    """The call of the layer `target`, of type `kind`, on what it `takes`."""
    if isinstance(takes, dict) and kind == "Model":
        return Call(target, (Row(tuple(_taken(part, text) for part in takes.values())),))
    if isinstance(takes, dict):
        return Call(target, (), tuple((key, _taken(part, text)) for key, part in takes.items()))
    if isinstance(takes, list) and not catalog.takes_list(kind):
        return Call(target, tuple(_taken(part, text) for part in takes))
    return Call(target, (_taken(takes, text),))


def operation(item: Item, arguments: Mapping[str, Any], text: Text) -> Expression:
    """The call of the function of `keras.ops` that `item` is."""
    entry = catalog.find_item(item.type)
    assert isinstance(entry, catalog.Entry)
    name = entry.name
    constants = {key: value(key, each, "ops") for key, each in arguments.items()}
    takes = item.takes
    if name == "get_item" and not isinstance(takes, dict):
        (tensor,) = takes if isinstance(takes, list) else [takes]
        return f"{_taken(tensor, text)}[{arguments['key']}]"
    if isinstance(takes, dict):
        given = {key: _taken(part, text) for key, part in takes.items()}
    else:
        free = [each.name for each in entry.call if each.name not in constants]
        row = takes if isinstance(takes, list) and not entry.takes_list else [takes]
        given = dict(zip(free, (_taken(part, text) for part in row), strict=False))
    if name in _VARIADIC:
        operands = given.pop(entry.call[0].name)
        first = tuple(constants.pop(key) for key in _VARIADIC[name])
        rest = operands.items if isinstance(operands, Row) else (operands,)
        return Call(f"ops.{name}", (*first, *rest), tuple(constants.items()))
    leading: list[Expression] = []
    for argument in entry.call[: _LEADING.get(name)]:
        if argument.name not in given:
            break
        leading.append(given.pop(argument.name))
    return Call(f"ops.{name}", tuple(leading), (*given.items(), *constants.items()))


def gives_several(item: Item) -> bool:
    """Whether the layer returns a list of tensors, so that the first is `[0]`."""
    target = item.shares or item
    if target.gives > 1:
        return True
    if target.inner is not None:
        return target.inner.gives_list
    arguments = target.arguments
    if (function := catalog.operation_of(target.type)) is not None:
        return function.split(".")[-1] in _SEVERAL_OPERATIONS
    if target.type == "MultiHeadAttention":
        return isinstance(item.takes, dict) and "return_attention_scores" in item.takes
    inner = arguments.get("layer")
    wrapped = inner if isinstance(inner, Mapping) else {}
    return bool(arguments.get("return_state") or wrapped.get("return_state"))


def _taken(takes: Any, text: Text) -> Expression:
    if isinstance(takes, Tensor):
        return text(takes)
    if isinstance(takes, list):
        return Row(tuple(_taken(part, text) for part in takes))
    return literal(takes)
