"""How many weights a layer has, as created by its `build` in Keras."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from kspec.spec import catalog
from kspec.spec.shapes.families import FAMILIES
from kspec.spec.shapes.settings import Settings
from kspec.spec.shapes.shape import Dims, Given, Unsure, is_shape
from kspec.spec.shapes.spatial import parted, rank_of
from kspec.spec.shapes.taken import axis_in, one, sequences

__all__ = ["WITHOUT", "Weights", "trainable_or_not", "weights_of"]

Weights = tuple[int, int]
"""How many are trained, and how many are not."""

# Arguments that change the weights in ways that are not counted here.
_UNUSUAL = ("lora_rank", "lora_alpha", "quantization_config", "virtual_batch_size", "rms_scaling")

# Layers that have none.
WITHOUT = {
    *FAMILIES["borders"], *FAMILIES["images"], *FAMILIES["merging"], *FAMILIES["pooling"],
    *FAMILIES["reshaping"], *FAMILIES["unchanged"], "Rescaling", "StochasticDepth",
    "UnitNormalization",
} - {"PReLU"}  # fmt: skip


def weights_of(kind: str, arguments: Mapping[str, Any], given: Given) -> Weights:
    """The weights of a layer of type `kind` that is called with `given`, shapes without batch axis.

    Raises Unsure if they are not known here, and CannotFit for inputs that the layer cannot take.
    """
    if catalog.operation_of(kind) is not None:
        return 0, 0
    entry = catalog.find("layers", kind)
    if not isinstance(entry, catalog.Entry):
        raise Unsure
    if entry.name in WITHOUT:
        return 0, 0
    settings = Settings(entry.name, arguments, entry.arguments)
    if entry.name in ("Bidirectional", "TimeDistributed"):
        trained, fixed = _held(settings, given)
    elif entry.name in _RULES and not any(settings.value(name) for name in _UNUSUAL):
        trained, fixed = _RULES[entry.name](settings, given)
    else:
        raise Unsure
    return trainable_or_not((trained, fixed), settings.value("trainable"))


def trainable_or_not(weights: Weights, trainable: Any) -> Weights:
    """The weights of a layer with this `trainable`; raises Unsure if only part is trained."""
    if trainable is None or trainable is True:
        return weights
    if trainable is False:
        return 0, sum(weights)
    raise Unsure


def _known(size: int | None) -> int:
    if size is None:
        raise Unsure
    return size


def _dense(settings: Settings, given: Given) -> Weights:
    units = settings.positive("units")
    return (_known(one(settings, given)[-1]) + settings.yes("use_bias")) * units, 0


def _window(settings: Settings) -> int:
    return math.prod(settings.sizes("kernel_size", rank_of(settings)))


def _conv(settings: Settings, given: Given) -> Weights:
    channels = _known(parted(settings, given)[2])
    groups = 1 if settings.kind.endswith("Transpose") else settings.positive("groups", 1)
    kernel = _window(settings) * (channels // groups)
    return (kernel + settings.yes("use_bias")) * settings.positive("filters"), 0


def _depthwise(settings: Settings, given: Given) -> Weights:
    made = _known(parted(settings, given)[2]) * settings.positive("depth_multiplier", 1)
    return made * (_window(settings) + settings.yes("use_bias")), 0


def _separable(settings: Settings, given: Given) -> Weights:
    made = _known(parted(settings, given)[2]) * settings.positive("depth_multiplier", 1)
    filters = settings.positive("filters")
    return made * _window(settings) + (made + settings.yes("use_bias")) * filters, 0


def _batch_normalization(settings: Settings, given: Given) -> Weights:
    size = _size(settings, one(settings, given))
    return (settings.yes("scale") + settings.yes("center")) * size, 2 * size


def _normalization(settings: Settings, given: Given) -> Weights:
    size = _size(settings, one(settings, given))
    return (settings.yes("scale") + settings.yes("center")) * size, 0


def _rms(settings: Settings, given: Given) -> Weights:
    return _size(settings, one(settings, given)), 0


def _size(settings: Settings, shape: Dims) -> int:
    axes = settings.axes("axis", -1) or ()
    return math.prod(_known(shape[axis_in(settings, axis, shape)]) for axis in axes)


def _embedding(settings: Settings, given: Given) -> Weights:
    return settings.positive("input_dim") * settings.positive("output_dim"), 0


_GATES = {"GRU": 3, "LSTM": 4, "SimpleRNN": 1}


def _recurrent(settings: Settings, given: Given) -> Weights:
    shape = one(settings, given)
    if len(shape) != 2:
        raise Unsure
    units, has_bias = settings.positive("units"), settings.yes("use_bias")
    biases = 2 if has_bias and settings.kind == "GRU" and settings.yes("reset_after") else has_bias
    return _GATES[settings.kind] * units * (_known(shape[1]) + units + biases), 0


def _prelu(settings: Settings, given: Given) -> Weights:
    shape = one(settings, given)
    shared = {axis_in(settings, axis, shape) for axis in settings.axes("shared_axes") or ()}
    return math.prod(1 if at in shared else _known(size) for at, size in enumerate(shape)), 0


def _layer_scale(settings: Settings, given: Given) -> Weights:
    return settings.positive("projection_dim"), 0


def _multi_head(settings: Settings, given: Given) -> Weights:
    if isinstance(given, Mapping):
        given = [given[name] for name in ("query", "value", "key") if name in given]
    parts: list[Dims] = [part for part in given if is_shape(part)]
    if not 2 <= len(parts) <= 3 or settings.has("output_shape"):
        raise Unsure
    query, value, key = (_known(part[-1]) for part in (*parts, *parts[1:2])[:3])
    heads, key_dim = settings.positive("num_heads"), settings.positive("key_dim")
    value_dim = settings.positive("value_dim") if settings.has("value_dim") else key_dim
    bias = settings.yes("use_bias")
    to_query = (query + bias) * heads * key_dim + (key + bias) * heads * key_dim
    to_value = (value + bias) * heads * value_dim
    return to_query + to_value + (heads * value_dim + bias) * query, 0


def _attention(settings: Settings, given: Given) -> Weights:
    """Factors for the scores, if `use_scale` or the score mode "concat" asks for them."""
    if settings.kind == "Attention":
        return int(settings.yes("use_scale")) + (settings.value("score_mode") == "concat"), 0
    return (_known(sequences(given)[0][1]) if settings.yes("use_scale") else 0), 0


def _grouped_query(settings: Settings, given: Given) -> Weights:
    (_, query), (_, value), *rest = sequences(given)
    key = rest[0][1] if rest else value
    heads, shared = settings.positive("num_query_heads"), settings.positive("num_key_value_heads")
    size, bias = settings.positive("head_dim"), settings.yes("use_bias")
    if settings.value("use_gate"):
        raise Unsure
    projected = (query + bias) * heads * size + (key + value + 2 * bias) * shared * size
    return projected + (heads * size + bias) * query, 0


def _held(settings: Settings, given: Given) -> Weights:
    inner = settings.value("layer")
    if not isinstance(inner, Mapping) or settings.has("backward_layer"):
        raise Unsure
    shape = one(settings, given)
    times = settings.kind == "TimeDistributed"
    arguments = {key: value for key, value in inner.items() if key != "type"}
    trained, fixed = weights_of(str(inner.get("type")), arguments, shape[1:] if times else shape)
    return (trained, fixed) if times else (2 * trained, 2 * fixed)


_RULES: dict[str, Callable[[Settings, Given], Weights]] = {
    "Dense": _dense,
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), _conv),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), _conv),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), _depthwise),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), _separable),
    "BatchNormalization": _batch_normalization,
    **dict.fromkeys(("LayerNormalization", "GroupNormalization"), _normalization),
    "RMSNormalization": _rms,
    "Embedding": _embedding,
    **dict.fromkeys(_GATES, _recurrent),
    "PReLU": _prelu,
    "LayerScale": _layer_scale,
    "MultiHeadAttention": _multi_head,
    "GroupQueryAttention": _grouped_query,
    **dict.fromkeys(("AdditiveAttention", "Attention"), _attention),
}
