"""Layers before a BatchNormalization whose effect it cancels, or that disturb it."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.dropout import is_dropout
from kspec.spec.lint.names import activation_of, default_of, whole
from kspec.spec.lint.network import Site, pairs
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = [
    "BIAS_BEFORE_NORMALIZATION",
    "DROPOUT_BEFORE_NORMALIZATION",
    "NORMALIZATION_AXIS",
    "before_normalization",
]


# Layers whose outputs have so many axes between samples and channels.
_RANKS = {
    name: rank
    for rank in (1, 2, 3)
    for name in (f"Conv{rank}D", f"AveragePooling{rank}D", f"MaxPooling{rank}D")
}


def before_normalization(graph: Graph) -> Iterator[Site]:
    """The layers whose outputs go only to a BatchNormalization of their last axis that normalizes
    by its batch; a frozen one subtracts what it has stored."""
    for site, follower in pairs(graph):
        arguments = follower.layer.arguments
        if follower.name != "BatchNormalization" or arguments.get("axis", -1) != -1:
            continue
        if arguments.get("trainable") is False:
            continue
        if site.layer.arguments.get("data_format") != "channels_first":
            yield site


def _bias(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for site in before_normalization(graph):
        has_bias = default_of("layers", site.name, "use_bias") is True
        wanted = site.layer.arguments.get("use_bias", True)
        if has_bias and wanted is True and activation_of(site.layer) == "linear":
            message = (
                f"the bias of {site.title} is subtracted again by BatchNormalization, which has "
                'one of its own; "use_bias": false saves it'
            )
            yield Finding((*site.path, "use_bias"), message)


def _dropout(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for site in before_normalization(graph):
        if is_dropout(site):
            message = (
                f"{site.title} directly before BatchNormalization makes the variance larger in "
                "training than it is later; put it after"
            )
            yield Finding(site.path, message)


def _axis(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for site, follower in pairs(graph):
        rank = _RANKS.get(site.name)
        axis = whole(follower.layer.arguments.get("axis", -1))
        if follower.name != "BatchNormalization" or rank is None or axis is None:
            continue
        first = site.layer.arguments.get("data_format") == "channels_first"
        if first or not -rank - 2 <= axis <= rank or axis == -1:
            continue
        message = (
            f"the channels of {site.title} are its last axis, and axis {axis} is that of "
            f'{"samples" if axis in (0, -rank - 2) else "positions"}; leave out "axis"'
        )
        yield Finding((*follower.path, "axis"), message)


_CONV = (
    '{"layers": [{"type": "Conv2D", "filters": 8, "kernel_size": 3%s},\n'
    '  {"type": "BatchNormalization"}, {"type": "ReLU"}, {"type": "Flatten"},\n'
    '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
)

BIAS_BEFORE_NORMALIZATION = Rule(
    code="bias-before-batch-normalization",
    level="note",
    title="A bias before BatchNormalization",
    reason=(
        "BatchNormalization subtracts the mean of each channel, and with it any constant that the "
        "layer before has added; then it adds a bias of its own (Ioffe & Szegedy 2015, 3.2). The "
        "bias of the layer before costs parameters and changes nothing."
    ),
    wrong=_CONV % "",
    right=_CONV % ', "use_bias": false',
    find=_bias,
    gathered=True,
)

DROPOUT_BEFORE_NORMALIZATION = Rule(
    code="dropout-before-batch-normalization",
    level="note",
    title="Dropout directly before BatchNormalization",
    reason=(
        "Dropout raises the variance of the values that it lets through, in training only. "
        "BatchNormalization remembers that variance and divides by it later, when nothing is "
        "dropped: the values come out too small (Li et al. 2018, Understanding the Disharmony "
        "between Dropout and Batch Normalization by Variance Shift)."
    ),
    wrong=(
        '{"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 32, "activation": "relu"},\n'
        '  {"type": "Dropout", "rate": 0.3}, {"type": "BatchNormalization"},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
    ),
    right=(
        '{"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 32, "activation": "relu"},\n'
        '  {"type": "BatchNormalization"}, {"type": "Dropout", "rate": 0.3},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
    ),
    find=_dropout,
    gathered=True,
)

NORMALIZATION_AXIS = Rule(
    code="normalization-axis",
    level="warning",
    title="BatchNormalization along another axis than the channels",
    reason=(
        "In Keras pictures are (height, width, channels) unless a layer's data_format says "
        "otherwise, and BatchNormalization has a mean and a variance for each channel. With "
        '"axis": 1, which elsewhere is that of the channels, it has them for each row: the network '
        "trains, but worse, and with other parameters."
    ),
    wrong=(
        '{"layers": [{"type": "Conv2D", "filters": 8, "kernel_size": 3, "use_bias": false},\n'
        '  {"type": "BatchNormalization", "axis": 1}, {"type": "ReLU"}, {"type": "Flatten"},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
    ),
    right=_CONV % ', "use_bias": false',
    find=_axis,
)
