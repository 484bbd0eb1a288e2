"""Metrics over several outputs, and a network with one, or with two to correlate."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.labels import labels_are_classes
from kspec.spec.lint.metrics.meaningless import OF_ROWS
from kspec.spec.lint.names import name_of
from kspec.spec.lint.network import head
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import KerasObject, Spec

__all__ = ["METRIC_OF_ONE"]

_LARGEST = "takes the largest of several outputs as the answer, and a single one is always that; "
_SHARE = "takes the outputs as shares of a whole, which with a single one is always 1; "
_VECTOR = "compares the outputs of a sample with each other, and there is only one; "
_PAIR = "compares the outputs of a sample with each other, and of two it can only tell the order; "

# From keras/src/metrics: what they do along the last axis.
_OF_CLASSES = {
    "CategoricalAccuracy": _LARGEST + 'use "accuracy" or "binary_accuracy"',
    "CategoricalCrossentropy": _SHARE + "use AUC",
    "CosineSimilarity": _VECTOR + 'use "accuracy" or "binary_accuracy"',
    "IoU": _LARGEST + "use BinaryIoU",
    "KLDivergence": _SHARE + "use AUC",
    "MeanIoU": _LARGEST + "use BinaryIoU",
    "OneHotIoU": _LARGEST + "use BinaryIoU",
    "OneHotMeanIoU": _LARGEST + "use BinaryIoU",
    "SparseCategoricalAccuracy": _LARGEST + 'use "accuracy" or "binary_accuracy"',
    "SparseCategoricalCrossentropy": _SHARE + "use AUC",
    "SparseTopKCategoricalAccuracy": _LARGEST + 'use "accuracy" or "binary_accuracy"',
    "TopKCategoricalAccuracy": _LARGEST + 'use "accuracy" or "binary_accuracy"',
}
_WITH_THRESHOLD = ("F1Score", "FBetaScore")
_CHOOSING = ("Precision", "Recall")
_CORRELATIONS = ("ConcordanceCorrelation", "PearsonCorrelation")


def _of_one(spec: Spec, graph: Graph) -> Iterator[Finding]:
    found = head(graph)
    if found is None or found.units not in (1, 2):
        return
    masks = spec.data.labels == "masks"
    for index, metric in enumerate(spec.training.metrics):
        if masks and name_of("metrics", metric.type) in OF_ROWS:
            continue  # `meaningless-metric` reports it.
        said = _said(metric, found.units, labels_are_classes(spec))
        if said is not None:
            yield Finding(("training", "metrics", index), f"{metric.type} {said}")


def _said(metric: KerasObject, units: int, classes: bool) -> str | None:
    name = name_of("metrics", metric.type)
    if metric.arguments.get("axis", -1) != -1:
        return None
    if name in _CORRELATIONS:
        return (_VECTOR if units == 1 else _PAIR) + "use R2Score"
    if not classes or units != 1:
        return None
    if name in _WITH_THRESHOLD and metric.arguments.get("threshold") is None:
        return _LARGEST + 'say from which output on it is yes, as in "threshold": 0.5'
    for key in ("class_id", "top_k"):
        chosen = metric.arguments.get(key)
        if name in _CHOOSING and chosen is not None and (key, chosen) != ("class_id", 0):
            return f'with "{key}" chooses among outputs, and there is only one; leave it out'
    return _OF_CLASSES.get(name)


METRIC_OF_ONE = Rule(
    code="metric-of-one-output",
    level="error",
    title="A metric over several outputs, and a single output",
    reason=(
        "CategoricalAccuracy, MeanIoU and others take the largest output as the answer. A single "
        "output is always the largest, so they only say how many samples are of one class. In the "
        "same way the cross-entropy of one class is always 0. The value is the same whatever the "
        "network predicts. A correlation along the outputs of a sample needs three of them; of two "
        "it is always 1 or -1."
    ),
    wrong=(
        '{"layers": [{"type": "Flatten"},\n'
        '  {"type": "Dense", "units": 1, "activation": "sigmoid"}],\n'
        ' "training": {"loss": "binary_crossentropy", "metrics": ["categorical_accuracy"]}}'
    ),
    right=(
        '{"layers": [{"type": "Flatten"},\n'
        '  {"type": "Dense", "units": 1, "activation": "sigmoid"}],\n'
        ' "training": {"loss": "binary_crossentropy", "metrics": ["binary_accuracy"]}}'
    ),
    find=_of_one,
)
