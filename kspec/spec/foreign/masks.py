"""Masks that Keras 3 propagates automatically, but also writes into the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from kspec.spec.foreign.nodes import RawCall, Tensor, tensors_in
from kspec.spec.foreign.structure import RawLayer

__all__ = ["without_own_masks"]

Key = tuple[int, int]

_MAKES = ("Embedding", "Masking")
_PASSES_ON = frozenset(
    {
        *("Activation", "ActivityRegularization", "Add", "AlphaDropout", "Attention", "Average"),
        *("BatchNormalization", "Bidirectional", "Concatenate", "Dense", "Dropout", "ELU", "GRU"),
        *("GaussianDropout", "GaussianNoise", "LSTM", "LayerNormalization", "LeakyReLU"),
        *("Maximum", "Minimum", "MultiHeadAttention", "Multiply", "PReLU", "ReLU", "SimpleRNN"),
        *("Softmax", "SpatialDropout1D", "Subtract", "TimeDistributed"),
    }
)
_COMPUTES = frozenset(
    {
        *("All", "Any", "BroadcastTo", "Cast", "Concatenate", "ConvertToTensor", "ExpandDims"),
        *("LogicalAnd", "LogicalOr", "NotEqual", "OnesLike", "Stack", "ZerosLike"),
    }
)


def without_own_masks(
    calls: Mapping[Key, RawCall],
    layers: list[RawLayer],
    key_of: Callable[[Tensor], Key | None],
) -> dict[Key, RawCall]:
    """The calls without the masks that Keras will recompute.

    A mask is Keras's own if it is computed from the same tensor that an Embedding or a Masking
    takes, and the call takes the output of that layer, directly or through layers that propagate
    masks.
    """

    def behind(tensors: Iterable[Tensor], passes: Callable[[RawLayer], bool]) -> set[Tensor]:
        """The tensors, and those from which layers accepted by `passes` computed them."""
        found: set[Tensor] = set()
        waiting = list(tensors)
        while waiting:
            tensor = waiting.pop()
            if tensor in found:
                continue
            found.add(tensor)
            key = key_of(tensor)
            if key is not None and passes(layers[key[0]]):
                waiting += tensors_in(calls[key].args)
        return found

    def is_own(mask: Any, main: set[Tensor]) -> bool:
        made_of = behind(tensors_in(mask), _computes)
        ends = {each for each in made_of if (key := key_of(each)) is None or not _computes_at(key)}
        taken = {
            tensor
            for each in main
            if (key := key_of(each)) is not None and layers[key[0]].class_name in _MAKES
            for tensor in tensors_in(calls[key].args)
        }
        return bool(ends & taken) and ends <= taken | main and not made_of <= ends

    def _computes_at(key: Key) -> bool:
        return _computes(layers[key[0]])

    lean = {}
    for key, call in calls.items():
        masks = {name for name in call.kwargs if name.endswith("mask")}
        if masks:
            main = behind(tensors_in(call.args), _passes_on)
            own = {name for name in masks if is_own(call.kwargs[name], main)}
            kept = {name: value for name, value in call.kwargs.items() if name not in own}
            call = replace(call, kwargs=kept)
        lean[key] = call
    return lean


def _computes(layer: RawLayer) -> bool:
    return layer.class_name in _COMPUTES and "ops" in layer.module


def _passes_on(layer: RawLayer) -> bool:
    return layer.class_name in _PASSES_ON and "ops" not in layer.module
