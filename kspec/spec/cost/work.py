"""The multiply-adds of a layer for one sample."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from kspec.spec import catalog
from kspec.spec.cost.weights import WITHOUT, weights_of
from kspec.spec.shapes.settings import Settings
from kspec.spec.shapes.shape import Given, Outputs, Unsure, is_shape
from kspec.spec.shapes.spatial import parted
from kspec.spec.shapes.taken import listed, one, sequences

__all__ = ["work_of"]

# Functions that multiply matrices in ways that are not counted here.
_PRODUCTS = (
    "conv", "conv_transpose", "cross", "depthwise_conv", "dot", "dot_product_attention", "einsum",
    "inner", "kron", "outer", "separable_conv", "tensordot", "vdot",
)  # fmt: skip


def work_of(kind: str, arguments: Mapping[str, Any], given: Given, made: Outputs) -> int:
    """The multiply-adds of weights with inputs, and of tensors with each other.

    `made` is the output of the layer for `given`. Every weight of a kernel counts once for each
    position at which it is used. Layers without a kernel (activations, pooling, normalization)
    count as zero, as is usual. Raises Unsure if the number is not known.
    """
    if (operation := catalog.operation_of(kind)) is not None:
        return _of_operation(operation, given, made)
    entry = catalog.find("layers", kind)
    if not isinstance(entry, catalog.Entry):
        raise Unsure
    name = entry.name
    rule = _RULES.get(name)
    if rule is None:
        if name in WITHOUT or name in _NOTHING or name.endswith("Normalization"):
            return 0
        raise Unsure
    # A bias is only added, not multiplied.
    plain = {**arguments, "use_bias": False} if "use_bias" in entry.arguments else arguments
    return rule(Settings(name, plain, entry.arguments), given, made)


def _kernel(settings: Settings, given: Given) -> int:
    return sum(weights_of(settings.kind, settings.given, given))


def _places(sizes: tuple[int | None, ...]) -> int:
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        raise Unsure
    return math.prod(known)


def _dense(settings: Settings, given: Given, made: Outputs) -> int:
    return _kernel(settings, given) * _places(one(settings, given)[:-1])


def _convolution(settings: Settings, given: Given, made: Outputs) -> int:
    if not is_shape(made):
        raise Unsure
    return _kernel(settings, given) * _places(parted(settings, made)[1])


def _transposed(settings: Settings, given: Given, made: Outputs) -> int:
    """Every number of the input is multiplied by the whole kernel."""
    return _kernel(settings, given) * _places(parted(settings, given)[1])


def _recurrent(settings: Settings, given: Given, made: Outputs) -> int:
    return _kernel(settings, given) * _places(one(settings, given)[:1])


def _attention(settings: Settings, given: Given, made: Outputs) -> int:
    """Products of queries with keys, if the scores are such, and weighted sums of values."""
    (queries, width), (values, depth) = sequences(given)[:2]
    compared = settings.value("score_mode") == "dot" and settings.kind == "Attention"
    return queries * values * (depth + (width if compared else 0))


def _multi_head(settings: Settings, given: Given, made: Outputs) -> int:
    (queries, width), (values, depth), *rest = sequences(given)
    keys = rest[0][1] if rest else depth
    heads, key_dim = settings.positive("num_heads"), settings.positive("key_dim")
    value_dim = settings.positive("value_dim") if settings.has("value_dim") else key_dim
    if settings.has("output_shape"):
        raise Unsure
    projected = queries * width * heads * (key_dim + value_dim)
    projected += values * heads * (keys * key_dim + depth * value_dim)
    return projected + heads * queries * values * (key_dim + value_dim)


def _grouped_query(settings: Settings, given: Given, made: Outputs) -> int:
    (queries, width), (values, depth), *rest = sequences(given)
    keys = rest[0][1] if rest else depth
    heads, shared = settings.positive("num_query_heads"), settings.positive("num_key_value_heads")
    size = settings.positive("head_dim")
    if settings.value("use_gate"):
        raise Unsure
    projected = 2 * queries * width * heads * size + values * (keys + depth) * shared * size
    return projected + 2 * heads * queries * values * size


def _dot(settings: Settings, given: Given, made: Outputs) -> int:
    first = listed(settings, given, 2, 2)[0]
    axes = settings.axes("axes")
    if axes is None or not is_shape(made):
        raise Unsure
    axis = axes[0]
    return _places(made) * _places((first[axis if axis < 0 else axis - 1],))


def _bidirectional(settings: Settings, given: Given, made: Outputs) -> int:
    if settings.has("backward_layer"):
        raise Unsure
    return 2 * _held(settings, one(settings, given), made)


def _time_distributed(settings: Settings, given: Given, made: Outputs) -> int:
    shape = one(settings, given)
    within = made[1:] if is_shape(made) else None
    return _places(shape[:1]) * _held(settings, shape[1:], within)


def _held(settings: Settings, given: Given, made: Outputs) -> int:
    inner = settings.value("layer")
    if not isinstance(inner, Mapping) or not isinstance(inner.get("type"), str):
        raise Unsure
    arguments = {key: value for key, value in inner.items() if key != "type"}
    return work_of(inner["type"], arguments, given, made)


def _of_operation(name: str, given: Given, made: Outputs) -> int:
    if name in _PRODUCTS:
        raise Unsure
    if name != "matmul":
        return 0
    first = given.get("x1") if isinstance(given, Mapping) else given[0]
    if not is_shape(first) or not is_shape(made) or not first:
        raise Unsure
    return _places(made) * _places(first[-1:])


_NOTHING = ("Embedding", "LayerScale", "PReLU", "Masking")

_RULES: dict[str, Callable[[Settings, Given, Outputs], int]] = {
    "Dense": _dense,
    **dict.fromkeys(
        ("Conv1D", "Conv2D", "Conv3D", "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D",
         "SeparableConv2D"),
        _convolution,
    ),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), _transposed),
    **dict.fromkeys(("GRU", "LSTM", "SimpleRNN"), _recurrent),
    **dict.fromkeys(("AdditiveAttention", "Attention"), _attention),
    "MultiHeadAttention": _multi_head,
    "GroupQueryAttention": _grouped_query,
    "Dot": _dot,
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
}  # fmt: skip
