"""Metrics that compare something else than the network's outputs with the labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.spec.graph import Graph
from kspec.spec.lint.labels import labels_are_classes
from kspec.spec.lint.names import default_of, name_of
from kspec.spec.lint.network import head
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["MEANINGLESS_METRIC", "OF_ROWS"]

# From keras/src/metrics: what these do when Keras passes them labels and outputs.
_OF_PLAIN_VALUES = {
    "Mean": "averages the labels, weighted by the outputs",
    "Sum": "adds up the labels, weighted by the outputs",
}

# How these read outputs an argument says; how they read labels kspec tells them itself.
_OVERLAPS = ("IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU")

# What asks which outputs are the largest.
_ACCURACIES = (
    "acc", "accuracy", "Accuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy", "TopKCategoricalAccuracy",
)  # fmt: skip

OF_ROWS = ("F1Score", "FBetaScore", "R2Score")
"""Metrics that take one row of outputs for each sample, and so no masks."""


def _meaningless(spec: Spec, graph: Graph) -> Iterator[Finding]:
    found = head(graph)
    # A single output has rules of its own.
    several = labels_are_classes(spec) and (found is None or found.units != 1)
    circle = name_of("losses", spec.training.loss.type) == "Circle"
    for index, metric in enumerate(spec.training.metrics):
        name = name_of("metrics", metric.type)
        said = _said(name, metric.arguments, masks=spec.data.labels == "masks")
        if circle and name in _ACCURACIES:
            said = 'is of classes, and with Circle outputs are a place in space; say "metrics": []'
        elif several and _reads_class_numbers(name, metric.arguments):
            said = (
                "reads the outputs as class numbers, but a network gives a value for each class; "
                'say "sparse_y_pred": false'
            )
        if said is not None:
            yield Finding(("training", "metrics", index), f"{metric.type} {said}")


def _said(name: str, arguments: Mapping[str, Any], *, masks: bool) -> str | None:
    if name in _OF_PLAIN_VALUES:
        return f"{_OF_PLAIN_VALUES[name]}, and compares nothing"
    if name == "Accuracy" and arguments:
        return (
            "with arguments of its own counts outputs that equal the label exactly; without any "
            'it is "accuracy", which fits labels and outputs'
        )
    if name in OF_ROWS and masks:
        return (
            'takes one row of outputs for each sample; for masks use MeanIoU, with "num_classes" '
            'and "sparse_y_pred": false, or for a single output BinaryIoU'
        )
    return None


def _reads_class_numbers(name: str, arguments: Mapping[str, Any]) -> bool:
    default = default_of("metrics", name, "sparse_y_pred")
    return name in _OVERLAPS and bool(arguments.get("sparse_y_pred", default))


MEANINGLESS_METRIC = Rule(
    code="meaningless-metric",
    level="error",
    title="A metric that does not compare the outputs with the labels",
    reason=(
        "Keras passes labels and outputs to every metric. MeanIoU and IoU read the outputs as "
        "class numbers if nothing else is said: a probability then counts as class 0, and the "
        "result looks like a value but says nothing. (How they read labels kspec sets itself.) "
        "Mean and Sum take values and their weights, and Accuracy as an object counts outputs that "
        "are equal to the label. Early stopping would go by such a number, too."
    ),
    wrong=(
        '{"training": {"loss": "sparse_categorical_crossentropy",\n'
        '  "metrics": [{"type": "MeanIoU", "num_classes": 10}]}}'
    ),
    right=(
        '{"training": {"loss": "sparse_categorical_crossentropy",\n'
        '  "metrics": [{"type": "MeanIoU", "num_classes": 10, "sparse_y_pred": false}]}}'
    ),
    find=_meaningless,
)
