"""Logits and probabilities: the loss must know which of them the network outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kspec.spec.graph import Graph
from kspec.spec.lint.labels import labels_are_classes
from kspec.spec.lint.names import activation_of, name_of
from kspec.spec.lint.network import Head, head, pairs
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import KerasObject, Spec

__all__ = [
    "BINARY_LOSSES",
    "CATEGORICAL_LOSSES",
    "CLIPPED_LOGITS",
    "LOGITS_WITHOUT_SOFTMAX",
    "NEGATIVE",
    "PROBABILITIES",
    "SOFTMAX_WITH_LOGITS",
    "ends",
]

BINARY_LOSSES = ("BinaryCrossentropy", "BinaryFocalCrossentropy")
CATEGORICAL_LOSSES = (
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "SparseCategoricalCrossentropy",
)
# These have no from_logits.
_OF_PROBABILITIES = ("CategoricalGeneralizedCrossEntropy", "Dice", "KLDivergence", "Tversky")
# Keras chooses one of the losses above by the shapes, without from_logits.
_BY_SHAPE = ("ce", "crossentropy")

PROBABILITIES = ("hard_sigmoid", "sigmoid", "softmax", "sparse_sigmoid", "sparsemax")
"""Activations whose outputs lie in [0, 1]."""

NEGATIVE = (
    "celu", "elu", "gelu", "hard_shrink", "hard_silu", "hard_tanh", "leaky_relu", "linear",
    "log_sigmoid", "log_softmax", "mish", "prelu", "selu", "silu", "soft_shrink", "softsign",
    "tanh", "tanh_shrink",
)  # fmt: skip
"""Activations whose outputs can be negative."""

# Those, and those that are zero for many inputs at once: normalizing their outputs gives no
# probabilities. (Normalizing an exponential gives a softmax.)
_CLIPPING = ("relu", "relu6")
_UNBOUNDED = (*NEGATIVE, *_CLIPPING)
# Positive, and above 1: a binary loss normalizes nothing.
_ABOVE_ONE = ("exponential", "softplus")


def _softmax_with_logits(spec: Spec, graph: Graph) -> Iterator[Finding]:
    found = head(graph)
    if found is None or found.activation not in PROBABILITIES:
        return
    if spec.training.loss.arguments.get("from_logits") is True:
        message = (
            f"{ends(found)}, so it gives probabilities, but from_logits says that the loss gets "
            f'logits: it would apply a second {_function(spec)}. Remove "from_logits" or the '
            f"{found.activation}"
        )
        yield Finding(("training", "loss", "from_logits"), message, on_key=True)


def _logits_without_softmax(spec: Spec, graph: Graph) -> Iterator[Finding]:
    found = head(graph)
    loss = name_of("losses", spec.training.loss.type)
    known = (*BINARY_LOSSES, *CATEGORICAL_LOSSES, *_BY_SHAPE, *_OF_PROBABILITIES)
    wrong = (*_UNBOUNDED, *_ABOVE_ONE) if loss in BINARY_LOSSES else _UNBOUNDED
    if found is None or loss not in known or found.activation not in wrong:
        return
    if loss in _OF_PROBABILITIES:
        if labels_are_classes(spec):
            function = "sigmoid" if found.units == 1 else "softmax"
            message = (
                f"{ends(found)}, so it gives no probabilities, but {spec.training.loss.type} "
                f'expects them; give the head the activation "{function}"'
            )
            yield Finding(found.site.path, message)
    elif spec.training.loss.arguments.get("from_logits", False) is False:
        function = "sigmoid" if loss in _BY_SHAPE and found.units == 1 else _function(spec)
        # Of outputs that are never negative from_logits makes no better ones.
        told = "" if found.activation in _ABOVE_ONE else ', or the loss "from_logits": true'
        message = (
            f"{ends(found)}, so it gives no probabilities, but {spec.training.loss.type} "
            f'expects them; give the head the activation "{function}"{told}'
        )
        yield Finding(found.site.path, message)


def _clipped_logits(spec: Spec, graph: Graph) -> Iterator[Finding]:
    found = head(graph)
    if found is None:
        return
    if found.site.is_activation and found.activation in ("sigmoid", "softmax"):
        last = [giver for giver, taker in pairs(graph) if taker.path == found.site.path]
    else:
        # What is averaged after the ReLU is 0 for no input at all, as good as always.
        at_the_end = found.site.path == ("layers", graph.given()[0].source)
        last = [found.site] if spec.training.logits and at_the_end else []
    for site in last:
        if _clips(site.layer):
            message = (
                f"the {activation_of(site.layer)} of {site.title} makes negative logits 0: no "
                "class can be less likely than that, and those at 0 learn nothing; leave it out"
            )
            yield Finding(site.path, message)


def _clips(layer: KerasObject) -> bool:
    said = layer.arguments.get("activation")
    options = said if isinstance(said, Mapping) else layer.arguments
    return activation_of(layer) in _CLIPPING and not options.get("negative_slope")


def ends(found: Head) -> str:
    """How the network ends, as part of a sentence."""
    if found.activation == "linear":
        return f"the network ends with {found.site.title} without an activation"
    if found.site.name == "Activation":
        return f'the network ends with the activation "{found.activation}"'
    if found.site.is_activation:
        return f"the network ends with {found.site.title}"
    return f'the network ends with {found.site.title} and the activation "{found.activation}"'


def _function(spec: Spec) -> str:
    loss = name_of("losses", spec.training.loss.type)
    return "sigmoid" if loss in BINARY_LOSSES else "softmax"


_HEAD = (
    '{"layers": [{"type": "Flatten"},\n'
    '  {"type": "Dense", "units": 10%s}],\n'
    ' "training": {"loss": {"type": "SparseCategoricalCrossentropy"%s}}}'
)

SOFTMAX_WITH_LOGITS = Rule(
    code="softmax-with-logits",
    level="warning",
    title="A softmax in the network and from_logits in the loss",
    reason=(
        "A cross-entropy with from_logits applies softmax (the binary one sigmoid) itself, because "
        "that stays exact where probabilities would be rounded to 0. If the network already ends "
        "with softmax, it is applied twice: the probabilities are squeezed towards each other, the "
        "loss of ten classes cannot fall below 1.46, and training is slow and stalls. Nothing "
        "fails, so it is easily overlooked."
    ),
    wrong=_HEAD % (', "activation": "softmax"', ', "from_logits": true'),
    right=_HEAD % ("", ', "from_logits": true'),
    find=_softmax_with_logits,
)

LOGITS_WITHOUT_SOFTMAX = Rule(
    code="logits-without-softmax",
    level="warning",
    title="No softmax in the network and none in the loss",
    reason=(
        "Without from_logits a cross-entropy takes the network's outputs for probabilities: it "
        "divides them by their sum and clips them to [0, 1] before the logarithm. Outputs without "
        "softmax or sigmoid are negative or larger than 1, so most of them are clipped and pass no "
        "gradient back."
    ),
    wrong=_HEAD % ("", ""),
    right=_HEAD % (', "activation": "softmax"', ""),
    find=_logits_without_softmax,
)

CLIPPED_LOGITS = Rule(
    code="clipped-logits",
    level="warning",
    title="A ReLU on logits",
    reason=(
        "Softmax and sigmoid turn logits, numbers of either sign, into probabilities. After a ReLU "
        "none is negative: sigmoid gives at least one half, and softmax cannot make a class "
        "unlikely except by raising others. A logit that is 0 passes no gradient, so a class can "
        "stop learning altogether."
    ),
    wrong=(
        '{"layers": [{"type": "Flatten"},\n'
        '  {"type": "Dense", "units": 10, "activation": "relu"}, {"type": "Softmax"}]}'
    ),
    right='{"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 10}, {"type": "Softmax"}]}',
    find=_clipped_logits,
)
