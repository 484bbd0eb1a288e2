"""Losses and activations over several outputs, and a network with a single one."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.losses.logits import CATEGORICAL_LOSSES
from kspec.spec.lint.names import name_of
from kspec.spec.lint.network import head
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["LOSS_OF_ONE", "SOFTMAX_OF_ONE"]

_CHOOSING = (*CATEGORICAL_LOSSES, "CategoricalGeneralizedCrossEntropy", "KLDivergence")


def _loss_of_one(spec: Spec, graph: Graph) -> Iterator[Finding]:
    found = head(graph)
    if found is None or found.units != 1:
        return
    said = spec.training.loss.type
    loss = name_of("losses", said)
    if loss in _CHOOSING:
        message = (
            f"{said} needs one output per class, and the network has a single one; for two classes "
            'give it 2 units, or "sigmoid" and "binary_crossentropy"'
        )
        yield Finding(("training", "loss"), message)
    elif loss == "CosineSimilarity" and spec.training.loss.arguments.get("axis", -1) == -1:
        message = (
            f"{said} is the angle between two vectors, and a single output has none; use "
            '"mean_squared_error", or "binary_crossentropy" for two classes'
        )
        yield Finding(("training", "loss"), message)


def _softmax_of_one(spec: Spec, graph: Graph) -> Iterator[Finding]:
    found = head(graph)
    if found is not None and found.units == 1 and found.activation == "softmax":
        message = 'softmax over a single unit is always 1; use "sigmoid"'
        path = found.site.path
        yield Finding((*path, "activation"), message)


_HEAD = (
    '{"layers": [{"type": "Flatten"},\n'
    '  {"type": "Dense", "units": 1, "activation": "%s"}],\n'
    ' "training": {"loss": "%s"}}'
)

LOSS_OF_ONE = Rule(
    code="loss-of-one-output",
    level="error",
    title="A loss over several outputs, and a single output",
    reason=(
        "A categorical cross-entropy compares the probability of the right class with those of the "
        "others, each of which is an output. A single output has no others: the loss is 0 whatever "
        "the network predicts, or fails. In the same way the cosine of two numbers is 1 or -1, "
        "and has no gradient."
    ),
    wrong=_HEAD % ("sigmoid", "sparse_categorical_crossentropy"),
    right=_HEAD % ("sigmoid", "binary_crossentropy"),
    find=_loss_of_one,
    may_be_allowed=False,
)

SOFTMAX_OF_ONE = Rule(
    code="softmax-of-one",
    level="error",
    title="A softmax over a single unit",
    reason=(
        "Softmax makes its outputs add up to 1, so a single output is 1 whatever the network "
        "computes; there is no gradient and nothing is learned."
    ),
    wrong=_HEAD % ("softmax", "binary_crossentropy"),
    right=_HEAD % ("sigmoid", "binary_crossentropy"),
    find=_softmax_of_one,
    may_be_allowed=False,
)
