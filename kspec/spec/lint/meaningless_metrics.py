"""Metrics that compare something else than the network's outputs with the labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.spec.graph import Graph
from kspec.spec.lint.labels import labels_are_classes, labels_are_one_number
from kspec.spec.lint.names import name_of
from kspec.spec.lint.network import head
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["MEANINGLESS_METRIC"]

# From keras/src/metrics: what these do when Keras passes them labels and outputs.
_OF_PLAIN_VALUES = {
    "Mean": "averages the labels, weighted by the outputs",
    "Sum": "adds up the labels, weighted by the outputs",
}

# Whether labels and outputs are class numbers where the arguments do not say so.
_OVERLAPS = {
    "IoU": {"sparse_y_true": True, "sparse_y_pred": True},
    "MeanIoU": {"sparse_y_true": True, "sparse_y_pred": True},
    "OneHotIoU": {"sparse_y_true": False, "sparse_y_pred": False},
    "OneHotMeanIoU": {"sparse_y_true": False, "sparse_y_pred": False},
}


def _meaningless(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for index, metric in enumerate(spec.training.metrics):
        name = name_of("metrics", metric.type)
        said = None
        if name in _OF_PLAIN_VALUES:
            said = f"{_OF_PLAIN_VALUES[name]}, and compares nothing"
        elif name == "Accuracy" and metric.arguments:
            said = (
                "with arguments of its own counts outputs that equal the label exactly; "
                'without any it is "accuracy", which takes the largest output as the answer'
            )
        elif name in _OVERLAPS and labels_are_classes(spec):
            said = _overlap(spec, graph, {**_OVERLAPS[name], **metric.arguments})
        if said is not None:
            yield Finding(("training", "metrics", index), f"{metric.type} {said}")


def _overlap(spec: Spec, graph: Graph, arguments: Mapping[str, Any]) -> str | None:
    """What is wrong with an IoU of these arguments, None if nothing is."""
    found = head(graph)
    if found is not None and found.units == 1:
        return None  # `metric-of-one-output` reports it.
    if arguments["sparse_y_pred"]:
        return (
            "reads the outputs as class numbers, but a network gives a value for each class; "
            'say "sparse_y_pred": false'
        )
    numbers = labels_are_one_number(spec)
    if arguments["sparse_y_true"] == numbers:
        return None
    read, given = ("one-hot", "class numbers") if numbers else ("class numbers", "one-hot")
    return (
        f"reads the labels as {read}, but with {spec.training.loss.type} they are {given}; "
        f'say "sparse_y_true": {"true" if numbers else "false"}'
    )


MEANINGLESS_METRIC = Rule(
    code="meaningless-metric",
    level="error",
    title="A metric that does not compare the outputs with the labels",
    reason=(
        "Keras passes labels and outputs to every metric. MeanIoU and IoU read both as class "
        "numbers if nothing else is said: a probability then counts as class 0, and the result "
        "looks like a value but says nothing. Mean and Sum take values and their weights, and "
        "Accuracy as an object counts outputs that are equal to the label. "
        "Early stopping would go by such a number, too."
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
