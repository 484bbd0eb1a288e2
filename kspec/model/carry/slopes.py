"""Emulates the hard_sigmoid from before Keras 3: weights that lead to it are multiplied by 1.2.

See `kspec.spec.foreign.Source.scaled`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import keras
import numpy as np

from kspec.model.fitting import MisfitError
from kspec.spec.foreign import Source

__all__ = ["steepen"]

SLOPE = 1.2

_GATES: dict[str, dict[str, tuple[int, ...]]] = {
    "ConvLSTM": {"recurrent_activation": (0, 1, 3)},
    "GRU": {"recurrent_activation": (0, 1), "activation": (2,)},
    "LSTM": {"recurrent_activation": (0, 1, 3)},
}
"""Which of the equal parts of the last axis of kernels and biases lead to which activation.

The input of an LSTM's `activation` after its cell state is not a weighted sum, so it has no entry.
"""

_PARTS = {"ConvLSTM": 4, "GRU": 3, "LSTM": 4}


def steepen(layer: keras.Layer, source: Source) -> None:
    """Multiply the weights of `layer` that lead to an old hard_sigmoid.

    Raises MisfitError for an activation that no weights of the layer lead to.
    """
    _steepen(layer, source.scaled, source.config)


def _steepen(layer: Any, names: Iterable[str], config: Any) -> None:
    inner: dict[str, list[str]] = {}
    for name in names:
        first, _, rest = name.partition(".")
        if rest:
            inner.setdefault(first, []).append(rest)
        else:
            _steepen_one(layer, first)
    if inner and isinstance(layer, keras.layers.Bidirectional):
        own = isinstance(config, dict) and config.get("backward_layer") is not None
        forward = inner.pop("layer", [])
        _steepen(layer.forward_layer, forward, None)
        _steepen(layer.backward_layer, inner.pop("backward_layer", []) if own else forward, None)
    for key, names_within in inner.items():
        within = getattr(layer, key, None)
        if not isinstance(within, keras.Layer):
            raise MisfitError(_UNCLEAR)
        _steepen(within, names_within, None)


def _steepen_one(layer: Any, argument: str) -> None:
    kind = type(layer).__name__.removesuffix("Cell")
    if kind.startswith("SeparableConv"):
        bias = [layer.bias] if layer.bias is not None else []
        _multiply([layer.pointwise_kernel, *bias], slice(None), 1)
        return
    if kind.startswith(("Dense", "Conv", "DepthwiseConv", "EinsumDense", "SimpleRNN")) and (
        not kind.startswith("ConvLSTM")
    ):
        _multiply(layer.weights, slice(None), 1)
        return
    family = "ConvLSTM" if kind.startswith("ConvLSTM") else kind
    gates = _GATES.get(family, {}).get(argument)
    if gates is None:
        raise MisfitError(_UNCLEAR)
    _multiply(layer.weights, gates, _PARTS[family])


_UNCLEAR = (
    "has the hard_sigmoid from before Keras 3, which Keras 3 does not have, and no weights of its "
    "own that lead to it"
)


def _multiply(variables: Sequence[keras.Variable], parts: Any, count: int) -> None:
    """Multiply these of the `count` equal parts of the last axis."""
    for variable in variables:
        value = np.array(keras.ops.convert_to_numpy(variable))
        split = value.reshape(*value.shape[:-1], count, value.shape[-1] // count)
        split[..., parts, :] *= SLOPE
        variable.assign(split.reshape(value.shape))
