"""Dropout with a rate at which nothing, or everything, is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.names import number, refused
from kspec.spec.lint.network import Site, sites
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["DROPOUT_OF_ONE", "DROPOUT_OF_ZERO", "is_dropout"]

_DROPPING = (
    "AlphaDropout", "Dropout", "GaussianDropout", "SpatialDropout1D", "SpatialDropout2D",
    "SpatialDropout3D",
)  # fmt: skip
# Layers with dropout arguments besides their main function.
_ALSO_DROPPING = (
    "AdditiveAttention", "Attention", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "GRUCell",
    "GroupQueryAttention", "LSTM", "LSTMCell", "MultiHeadAttention", "SimpleRNN", "SimpleRNNCell",
)  # fmt: skip


def is_dropout(site: Site) -> bool:
    """Whether the layer is a dropout of some kind, and nothing else."""
    return site.name in _DROPPING


def _of_one(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for site in sites(graph):
        keys: tuple[str, ...] = ()
        if is_dropout(site):
            keys = ("rate",)
        elif site.name in _ALSO_DROPPING:
            keys = ("dropout", "recurrent_dropout")
        for key in keys:
            rate = number(site.layer.arguments.get(key))
            if rate is None or 0 <= rate < 1 or refused("layers", site.name, key, rate):
                continue
            what = "drops everything" if rate == 1 else "is no part of the values"
            message = f'{site.title}: "{key}" {rate:g} {what}; it must be from 0 to below 1'
            yield Finding((*site.path, key), message)


def _of_zero(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for site in sites(graph):
        if is_dropout(site) and number(site.layer.arguments.get("rate")) == 0:
            message = f"{site.title} with the rate 0 does nothing"
            yield Finding((*site.path, "rate"), message)


_WITH = (
    '{"layers": [{"type": "Flatten"}, {"type": "Dropout", "rate": %s},\n'
    '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
)

DROPOUT_OF_ONE = Rule(
    code="dropout-of-one",
    level="error",
    title="A dropout that drops everything",
    reason=(
        "The rate is the fraction of the values that is set to 0 in training. At 1 nothing passes, "
        "so no layer before it ever learns; GaussianDropout divides by zero. Keras refuses a rate "
        "above 1: 30 percent is 0.3."
    ),
    wrong=_WITH % 1,
    right=_WITH % 0.3,
    find=_of_one,
    may_be_allowed=False,
)

DROPOUT_OF_ZERO = Rule(
    code="dropout-of-zero",
    level="note",
    title="A dropout that drops nothing",
    reason=(
        "With a rate of 0 every value passes. The layer does no harm, and may be there for --set "
        "to change; otherwise it can be removed."
    ),
    wrong=_WITH % 0,
    right=_WITH % 0.3,
    find=_of_zero,
    gathered=True,
)
