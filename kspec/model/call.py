"""One call of a layer or an operation on the tensors that a spec gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kspec.spec import catalog
from kspec.spec.graph import Tensor
from kspec.spec.models import Layer

__all__ = ["call"]


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
    if isinstance(inputs, list) and not catalog.takes_list(layer.type):
        return target(*(_tensors(part, tensor) for part in inputs))
    return target(_tensors(inputs, tensor))


def _tensors(inputs: Any, tensor: Callable[[Tensor], Any]) -> Any:
    if isinstance(inputs, Tensor):
        return tensor(inputs)
    if isinstance(inputs, list):
        return [_tensors(part, tensor) for part in inputs]
    return inputs
