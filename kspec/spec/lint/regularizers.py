"""Weight decay that has another effect than intended."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec import catalog
from kspec.spec.graph import Graph
from kspec.spec.lint.names import activation_of, named
from kspec.spec.lint.network import Site, heads
from kspec.spec.lint.normalization import before_normalization
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["REGULARIZER_BEFORE_NORMALIZATION", "REGULARIZER_ON_OUTPUT"]

_KEYS = ("kernel_regularizer", "depthwise_regularizer", "pointwise_regularizer")

# f(c x) = c f(x) for every c > 0: the scale of the weights passes through.
_HOMOGENEOUS = ("leaky_relu", "linear", "prelu", "relu")


def _before_normalization(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for site in before_normalization(graph):
        if activation_of(site.layer) not in _HOMOGENEOUS:
            continue
        for key, what in _regularizers(site):
            message = (
                f"{what} on {site.title} before BatchNormalization, which undoes the scale of the "
                "weights: it changes the effective learning rate, not what the layer can compute"
            )
            yield Finding((*site.path, key), message)


def _on_output(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for found in heads(graph):
        if found is None or found.weights is None:
            continue
        for key, what in _regularizers(found.weights):
            message = (
                f"{what} on the output layer {found.weights.title} keeps its outputs close "
                "together and so limits the network's confidence"
            )
            yield Finding((*found.weights.path, key), message)


def _regularizers(site: Site) -> Iterator[tuple[str, str]]:
    """The L1 and L2 penalties on the weights of a layer, by argument and name."""
    for key in _KEYS:
        written = site.layer.arguments.get(key)
        found = named("regularizers", written)
        if found is None or found[0] not in ("L1", "L1L2", "L2"):
            continue
        # Invalid ones are reported elsewhere.
        if not catalog.check_object("regularizers", {**found[1], "type": found[0]}):
            yield key, found[0]


_L2 = ',\n    "kernel_regularizer": {"type": "L2", "l2": 0.0001}'
_CONV = (
    '{"layers": [\n'
    '  {"type": "Conv2D", "filters": 8, "kernel_size": 3, "use_bias": false%s},\n'
    '  {"type": "BatchNormalization"}, {"type": "ReLU"}, {"type": "Flatten"},\n'
    '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
)
_DENSE = (
    '{"layers": [{"type": "Flatten"},\n'
    '  {"type": "Dense", "units": 32, "activation": "relu"%s},\n'
    '  {"type": "Dense", "units": 10, "activation": "softmax"%s}]}'
)

REGULARIZER_BEFORE_NORMALIZATION = Rule(
    code="regularizer-before-batch-normalization",
    level="note",
    title="L1 or L2 on a layer before BatchNormalization",
    reason=(
        "BatchNormalization divides by the standard deviation, so weights half as large give the "
        "same outputs. Smaller weights do not make the function smoother; they make each step "
        "larger in proportion (van Laarhoven 2017, L2 Regularization versus Batch and Weight "
        "Normalization). That may help, but not for the reason usually given."
    ),
    wrong=_CONV % _L2,
    right=_CONV % "",
    find=_before_normalization,
    gathered=True,
)

REGULARIZER_ON_OUTPUT = Rule(
    code="regularizer-on-output",
    level="note",
    title="L1 or L2 on the output layer",
    reason=(
        "For confident predictions softmax and sigmoid need large inputs, hence large weights in "
        "the last layer. A penalty on them keeps the probabilities close to each other. It is "
        "sometimes wanted; usually the penalty was simply put on every layer."
    ),
    wrong=_DENSE % ("", _L2),
    right=_DENSE % (_L2, ""),
    find=_on_output,
    gathered=True,
)
