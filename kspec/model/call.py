"""One call of a layer or an operation on the tensors that a spec gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kspec.spec import catalog
from kspec.spec.graph import Tensor
from kspec.spec.models import Layer

__all__ = ["OPS", "call"]

OPS = "ops."
"""The prefix of the type of an operation of `keras.ops`."""


def call(
    target: Callable[..., Any], layer: Layer, inputs: Any, tensor: Callable[[Tensor], Any]
) -> Any:
    """The result of calling `target`, made from `layer`, on `inputs` (see `kspec.spec.graph.Call`).

    `tensor` resolves a reference. A list is passed as one argument to a layer that takes a list
    (Add), and as several to one that takes several tensors (MultiHeadAttention).
    """
    if isinstance(inputs, Mapping) and layer.type == "Model":
        return target([_tensors(part, tensor) for part in inputs.values()])
    if isinstance(inputs, Mapping):
        return target(**{key: _tensors(part, tensor) for key, part in inputs.items()})
    if isinstance(inputs, list) and not _takes_list(layer):
        return target(*(_tensors(part, tensor) for part in inputs))
    return target(_tensors(inputs, tensor))


def _takes_list(layer: Layer) -> bool:
    if layer.type == "Model":
        return True
    is_operation = layer.type.startswith(OPS)
    kind, name = ("ops", layer.type.removeprefix(OPS)) if is_operation else ("layers", layer.type)
    entry = catalog.find(kind, name)
    return not isinstance(entry, catalog.Entry) or entry.takes_list


def _tensors(inputs: Any, tensor: Callable[[Tensor], Any]) -> Any:
    if isinstance(inputs, Tensor):
        return tensor(inputs)
    if isinstance(inputs, list):
        return [_tensors(part, tensor) for part in inputs]
    return inputs
