"""A loss for one-hot labels, and labels that are class numbers."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.labels import labels_are_classes, labels_are_mixed
from kspec.spec.lint.metrics.one_hot import wants_one_hot
from kspec.spec.lint.names import name_of
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["ONE_HOT_LOSS"]


def _wants_one_hot(spec: Spec, graph: Graph) -> Iterator[Finding]:
    loss = spec.training.loss
    plain = name_of("losses", loss.type) == "CategoricalCrossentropy"
    # Label smoothing is a reason for one-hot labels, and so are some metrics.
    if not plain or "label_smoothing" in loss.arguments or labels_are_mixed(spec):
        return
    if wants_one_hot(spec):
        return
    if labels_are_classes(spec) and len(graph.given()) == 1:
        message = (
            f"the labels of {spec.data.source} are class numbers; kspec writes them out one-hot "
            'for this loss. "sparse_categorical_crossentropy" takes them as they are, with the '
            "same result"
        )
        yield Finding(("training", "loss"), message)


_HEAD = (
    '{"layers": [{"type": "Flatten"},\n'
    '  {"type": "Dense", "units": %s, "activation": "%s"}],\n'
    ' "training": {"loss": "%s"}}'
)

ONE_HOT_LOSS = Rule(
    code="loss-wants-one-hot",
    level="note",
    title="A loss for one-hot labels, and labels that are class numbers",
    reason=(
        "categorical_crossentropy takes labels with one value per class, "
        "sparse_categorical_crossentropy the number of the class; otherwise they are the same. In "
        "plain Keras the first fails on class numbers. kspec converts the labels to one-hot for "
        "it, which gains nothing unless labels are smoothed or mixed."
    ),
    wrong=_HEAD % (10, "softmax", "categorical_crossentropy"),
    right=_HEAD % (10, "softmax", "sparse_categorical_crossentropy"),
    find=_wants_one_hot,
)
