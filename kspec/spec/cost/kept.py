"""What a training step keeps for each layer until its gradient has been computed.

Measured on what PyTorch saves for each layer, with lowering (`benchmarks/cost.py`). The gradients
of other frameworks need the same values, but they may recompute some of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kspec.spec import catalog
from kspec.spec.cost.activation import needs_of
from kspec.spec.cost.copies import copies_input
from kspec.spec.shapes.families import FAMILIES
from kspec.spec.shapes.settings import Settings
from kspec.spec.shapes.shape import (
    UNKNOWN,
    Dims,
    Given,
    Outputs,
    Unsure,
    is_several,
    is_shape,
    size_of,
)
from kspec.spec.shapes.taken import one, sequences

__all__ = ["Kept", "kept_by", "shapes_in"]


@dataclass(frozen=True)
class Kept:
    """Whether the inputs and outputs of a layer are kept, and how many numbers besides.

    `own` counts numbers of four bytes for each sample. The output of a `view` shares the memory of
    its input. With `copies` the layer keeps a copy of its input instead of the input, since it
    needs another memory layout.
    """

    inputs: bool = False
    output: bool = False
    own: float = 0
    copies: bool = False
    view: bool = False


NOTHING = Kept()
INPUT = Kept(inputs=True)
COPY = Kept(inputs=True, copies=True)
VIEW = Kept(view=True)


def kept_by(
    kind: str, arguments: Mapping[str, Any], given: Given, made: Outputs, *, learns: bool = True
) -> Kept:
    """What is kept for a layer of type `kind` and one sample; `learns`: its weights are trained.

    Raises Unsure if that is not known.
    """
    if (operation := catalog.operation_of(kind)) is not None:
        return _OPERATIONS.get(operation, INPUT)
    entry = catalog.find("layers", kind)
    if not isinstance(entry, catalog.Entry):
        raise Unsure
    settings = Settings(entry.name, arguments, entry.arguments)
    rule = _RULES.get(entry.name)
    if rule is None:
        raise Unsure
    is_product = not learns and entry.name in _PRODUCTS
    kept = NOTHING if is_product else rule(settings, given, made)
    if kept.copies:
        kept = replace(kept, copies=copies_input(settings, given))
    if "activation" in entry.arguments and entry.name not in _WITH_OWN_ACTIVATION:
        kept = _activated(kept, settings.value("activation"), given, made)
    return kept


def shapes_in(given: Any) -> Iterator[Dims | None]:
    """Every shape in the inputs or outputs of a layer; None for one that is not known."""
    if given is None or is_shape(given):
        yield given
    elif is_several(given) or isinstance(given, (list, tuple)):
        for part in given:
            yield from shapes_in(part)
    elif isinstance(given, Mapping):
        for part in given.values():
            yield from shapes_in(part)


def _numbers(shapes: Any) -> int:
    sizes = [None if shape is None else size_of(shape) for shape in shapes_in(shapes)]
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        raise Unsure
    return sum(known)


def _activated(kept: Kept, activation: Any, given: Given, made: Outputs) -> Kept:
    """`kept`, and what the layer's activation needs; no other layer keeps its input."""
    needs = needs_of(activation)
    own = {"nothing": 0, "output": 0, "input": 1, "both": 2}[needs]
    own_numbers = own * _numbers(made) if own else 0
    return replace(kept, output=kept.output or needs == "output", own=kept.own + own_numbers)


Rule = Callable[[Settings, Given, Outputs], Kept]


def _always(kept: Kept) -> Rule:
    return lambda settings, given, made: kept


def _activation(settings: Settings, given: Given, made: Outputs) -> Kept:
    needs = needs_of(settings.value("activation"))
    return Kept(
        inputs=needs in ("input", "both"),
        output=needs == "output",
        own=_numbers(made) if needs == "both" else 0,
        view=needs == "nothing",
    )


def _relu(settings: Settings, given: Given, made: Outputs) -> Kept:
    plain = settings.value("max_value") is None and not settings.value("negative_slope")
    return Kept(output=True) if plain else INPUT


def _separable(settings: Settings, given: Given, made: Outputs) -> Kept:
    """Its input, and the tensor between its two convolutions."""
    shape = one(settings, given)
    channels = shape[0 if settings.channels_first else -1]
    between = math.prod(size or 0 for size in _sizes(settings, made))
    if channels is None or not between:
        raise Unsure
    return replace(COPY, own=between * channels * settings.positive("depth_multiplier", 1))


def _sizes(settings: Settings, made: Outputs) -> Dims:
    if not is_shape(made):
        raise Unsure
    return made[1:] if settings.channels_first else made[:-1]


def _normalized(settings: Settings, given: Given, made: Outputs) -> Kept:
    """Its input, and the normalized values."""
    return Kept(inputs=True, own=_numbers(made))


def _max_pool(settings: Settings, given: Given, made: Outputs) -> Kept:
    """A copy of its input, and the index of each maximum, in eight bytes."""
    return replace(COPY, own=2 * _numbers(made))


def _dropout(settings: Settings, given: Given, made: Outputs) -> Kept:
    return Kept(own=_numbers(made)) if settings.value("rate") else VIEW


def _prelu(settings: Settings, given: Given, made: Outputs) -> Kept:
    return Kept(own=2 * _numbers(made))


# How many numbers a cell keeps for each step and unit in Keras's loop. PyTorch's kernels use as
# many: that for an LSTM reserves 15, of which it uses 7.
_GATES = {"GRU": 8, "LSTM": 7, "SimpleRNN": 1}


def _recurrent(settings: Settings, given: Given, made: Outputs) -> Kept:
    steps = one(settings, given)[0]
    if steps is None:
        raise Unsure
    return Kept(inputs=True, own=steps * _GATES[settings.kind] * settings.positive("units"))


def _attention(settings: Settings, given: Given, made: Outputs) -> Kept:
    query, value, *_ = sequences(given)
    scores = query[0] * value[0]
    dropped = 2 * scores if settings.value("dropout") else 0
    added = scores * query[1] if settings.kind == "AdditiveAttention" else 0
    return Kept(inputs=True, own=scores + dropped + added)


def _multi_head(settings: Settings, given: Given, made: Outputs) -> Kept:
    """Queries, keys and values of the heads, their output, twice, and a number for each row.

    With dropout PyTorch's fused attention is not used, and all the scores are kept.
    """
    query, value, *_ = sequences(given)
    grouped = settings.kind == "GroupQueryAttention"
    heads = settings.positive("num_query_heads" if grouped else "num_heads")
    width = settings.positive("head_dim" if grouped else "key_dim")
    deep = settings.positive("value_dim") if settings.has("value_dim") else width
    own = heads * (query[0] * (width + 2 * deep + 1) + value[0] * (width + deep))
    scores = 3 * heads * query[0] * value[0] if settings.value("dropout") else 0
    return Kept(inputs=True, own=own + scores)


def _held(settings: Settings, given: Given, made: Outputs) -> Kept:
    """What the wrapped layer keeps, for each step or in both directions."""
    inner = settings.value("layer")
    shape = one(settings, given)
    if not isinstance(inner, Mapping) or not isinstance(inner.get("type"), str):
        raise Unsure
    arguments = {key: value for key, value in inner.items() if key != "type"}
    if settings.kind == "Bidirectional":
        kept = kept_by(inner["type"], arguments, shape, UNKNOWN)
        return replace(kept, own=2 * kept.own)
    if shape[0] is None or not is_shape(made):
        raise Unsure
    kept = kept_by(inner["type"], arguments, shape[1:], made[1:])
    return replace(kept, own=shape[0] * kept.own)


# With frozen weights these multiply by constants, and their gradient needs nothing kept.
_PRODUCTS = {"BatchNormalization", "Dense", "EinsumDense"}

_WITH_OWN_ACTIVATION = {"Activation", *_GATES}

_OPERATIONS: dict[str, Kept] = {
    **dict.fromkeys(("add", "subtract", "concatenate", "stack", "mean", "sum", "pad", "where",
                     "negative", "cast", "stop_gradient", "floor", "ceil", "round", "sign"),
                    NOTHING),
    **dict.fromkeys(("reshape", "transpose", "squeeze", "expand_dims", "get_item", "swapaxes",
                     "moveaxis", "split", "broadcast_to"), VIEW),
    **dict.fromkeys(("exp", "relu", "sigmoid", "softmax", "log_softmax", "sqrt", "tanh"),
                    Kept(output=True)),
}  # fmt: skip

_RULES: dict[str, Rule] = {
    **dict.fromkeys(
        (*FAMILIES["borders"], *FAMILIES["images"], *FAMILIES["preprocessing"], "Add", "Average",
         "Concatenate", "GaussianNoise", "GlobalAveragePooling1D", "GlobalAveragePooling2D",
         "GlobalAveragePooling3D", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
         "StochasticDepth", "Subtract", "Masking"),
        _always(NOTHING),
    ),
    **dict.fromkeys((*FAMILIES["reshaping"], "Identity", "ActivityRegularization"), _always(VIEW)),
    **dict.fromkeys(
        ("Dense", "EinsumDense", "Dot", "Maximum", "Minimum", "Multiply", "Embedding",
         "ReversibleEmbedding", "LayerScale", "BatchNormalization", "GroupNormalization",
         "LayerNormalization", "UnitNormalization", "ELU", "LeakyReLU", "GlobalMaxPooling1D",
         "GlobalMaxPooling2D", "GlobalMaxPooling3D"),
        _always(INPUT),
    ),
    **dict.fromkeys(
        ("Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose",
         "DepthwiseConv1D", "DepthwiseConv2D", "AveragePooling1D", "AveragePooling2D",
         "AveragePooling3D"),
        _always(COPY),
    ),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), _separable),
    **dict.fromkeys(("MaxPooling1D", "MaxPooling2D", "MaxPooling3D"), _max_pool),
    "Activation": _activation,
    "ReLU": _relu,
    "Softmax": _always(Kept(output=True)),
    "PReLU": _prelu,
    "RMSNormalization": _normalized,
    **dict.fromkeys(("AlphaDropout", "Dropout", "GaussianDropout"), _dropout),
    **dict.fromkeys(_GATES, _recurrent),
    **dict.fromkeys(("AdditiveAttention", "Attention"), _attention),
    **dict.fromkeys(("GroupQueryAttention", "MultiHeadAttention"), _multi_head),
    **dict.fromkeys(("Bidirectional", "TimeDistributed"), _held),
}  # fmt: skip
