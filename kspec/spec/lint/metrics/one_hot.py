"""Metrics for one-hot labels, and labels that are class numbers."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.labels import labels_are_one_number
from kspec.spec.lint.metrics.meaningless import OF_ROWS
from kspec.spec.lint.names import name_of
from kspec.spec.lint.network import head
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["METRIC_NEEDS_ONE_HOT", "wants_one_hot"]

# From keras/src/metrics: with labels (n,) and outputs (n, k) the first group fails because the
# shapes differ, the second compares the class number with each of the k outputs.
_FAILING = (
    "AUC", "BinaryCrossentropy", "BinaryIoU", "CategoricalCrossentropy", "F1Score", "FBetaScore",
    "FalseNegatives", "FalsePositives", "Precision",
    "PrecisionAtRecall", "R2Score", "Recall", "RecallAtPrecision", "SensitivityAtSpecificity",
    "SpecificityAtSensitivity", "TrueNegatives", "TruePositives",
)  # fmt: skip
_MISREADING = (
    "BinaryAccuracy", "CategoricalHinge", "ConcordanceCorrelation", "CosineSimilarity", "Hinge",
    "KLDivergence", "LogCoshError", "MeanAbsoluteError", "MeanAbsolutePercentageError",
    "MeanSquaredError", "MeanSquaredLogarithmicError", "OneHotIoU", "OneHotMeanIoU",
    "PearsonCorrelation", "Poisson",
    "RootMeanSquaredError", "SquaredHinge",
)  # fmt: skip


def wants_one_hot(spec: Spec) -> bool:
    """Whether a metric compares with one value per output, and not with a class number."""
    names = (name_of("metrics", metric.type) for metric in spec.training.metrics)
    return any(name in (*_FAILING, *_MISREADING) for name in names)


def _needs_one_hot(spec: Spec, graph: Graph) -> Iterator[Finding]:
    found = head(graph)
    single = found is not None and found.units == 1  # Its labels have its shape.
    if single or not labels_are_one_number(spec) or len(graph.given()) != 1:
        return
    masks = spec.data.labels == "masks"
    for index, metric in enumerate(spec.training.metrics):
        name = name_of("metrics", metric.type)
        if masks and name in OF_ROWS:
            continue  # `meaningless-metric` reports it.
        if name in _FAILING:
            effect = "and fails on them"
        elif name in _MISREADING:
            effect = "and would compare the number with each of them"
        else:
            continue
        message = (
            f"{metric.type} wants one label per output, {effect}: with "
            f"{spec.training.loss.type} the labels are class numbers. Use "
            '"categorical_crossentropy", or "accuracy" as the metric'
        )
        yield Finding(("training", "metrics", index), message)


METRIC_NEEDS_ONE_HOT = Rule(
    code="metric-needs-one-hot",
    level="error",
    title="A metric for one-hot labels, and labels that are class numbers",
    reason=(
        "With a sparse loss the labels are class numbers. Precision, AUC, F1Score and others check "
        "for every output whether it should be 1 or 0, so they need a label for each; Keras fails "
        "in the first epoch, or compares the class number with every output, which is meaningless. "
        "With categorical_crossentropy kspec converts the labels to one-hot."
    ),
    wrong=(
        '{"training": {"loss": "sparse_categorical_crossentropy",\n'
        '  "metrics": ["accuracy", {"type": "AUC"}]}}'
    ),
    right=(
        '{"training": {"loss": "categorical_crossentropy",\n'
        '  "metrics": ["accuracy", {"type": "AUC"}]}}'
    ),
    find=_needs_one_hot,
)
