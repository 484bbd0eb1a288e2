"""Metrics that do not fit the labels or the network's outputs."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.labels import labels_are_one_number
from kspec.spec.lint.meaningless_metrics import OF_ROWS
from kspec.spec.lint.names import name_of
from kspec.spec.lint.network import head
from kspec.spec.lint.rule import Finding, Path, Rule
from kspec.spec.models import Spec
from kspec.spec.monitors import metric_name

__all__ = [
    "BINARY_ACCURACY_OF_MANY",
    "METRIC_NEEDS_ONE_HOT",
    "REPEATED_METRIC",
    "wants_one_hot",
]

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


def _metrics(spec: Spec) -> Iterator[tuple[Path, str, str]]:
    """Each metric's path, Keras's class name, and the name as written."""
    for index, metric in enumerate(spec.training.metrics):
        yield ("training", "metrics", index), name_of("metrics", metric.type), metric.type


def wants_one_hot(spec: Spec) -> bool:
    """Whether a metric compares with one value per output, and not with a class number."""
    return any(name in (*_FAILING, *_MISREADING) for _, name, _ in _metrics(spec))


def _needs_one_hot(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if not labels_are_one_number(spec) or len(graph.given()) != 1:
        return
    masks = spec.data.labels == "masks"
    for path, name, written in _metrics(spec):
        if masks and name in OF_ROWS:
            continue  # `meaningless-metric` reports it.
        if name in _FAILING:
            effect = "and fails on them"
        elif name in _MISREADING:
            effect = "and would compare the number with each of them"
        else:
            continue
        message = (
            f"{written} wants one label per output, {effect}: with "
            f"{spec.training.loss.type} the labels are class numbers. Use "
            '"categorical_crossentropy", or "accuracy" as the metric'
        )
        yield Finding(path, message)


def _binary_of_many(spec: Spec, graph: Graph) -> Iterator[Finding]:
    found = head(graph)
    if found is None or found.activation != "softmax" or found.units == 1:
        return
    if labels_are_one_number(spec):
        return  # `_needs_one_hot` reports it.
    for path, name, written in _metrics(spec):
        if name == "BinaryAccuracy":
            many = f"the {found.units} outputs" if found.units else "the outputs"
            message = (
                f"{written} counts each of {many} of softmax as right or wrong by itself, so that "
                'a network that knows nothing scores high; use "accuracy"'
            )
            yield Finding(path, message)


def _repeated(spec: Spec, graph: Graph) -> Iterator[Finding]:
    names = [metric_name(metric) for metric in spec.training.metrics]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Finding(("training", "metrics", index), f'two metrics are called "{name}"')


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

BINARY_ACCURACY_OF_MANY = Rule(
    code="binary-accuracy-of-many",
    level="warning",
    title="Binary accuracy of a softmax over several classes",
    reason=(
        "binary_accuracy checks for every output alone whether it lies on the right side of 0.5. "
        "With ten classes nine of ten one-hot values are 0, so a network whose outputs are all "
        "below 0.5 scores 90 percent without having learned anything."
    ),
    wrong=('{"training": {"loss": "categorical_crossentropy", "metrics": ["binary_accuracy"]}}'),
    right='{"training": {"loss": "categorical_crossentropy", "metrics": ["accuracy"]}}',
    find=_binary_of_many,
)

REPEATED_METRIC = Rule(
    code="duplicate-name",
    level="error",
    title="Two metrics with the same name",
    reason=(
        "The values of a metric are recorded and monitored by its name, so two with the same name "
        'cannot be told apart. Leave one out, or give one of them a "name".'
    ),
    wrong='{"training": {"metrics": ["accuracy", "accuracy"]}}',
    right=(
        '{"training": {"metrics": ["accuracy",\n'
        '  {"type": "SparseTopKCategoricalAccuracy", "k": 3, "name": "top3"}]}}'
    ),
    find=_repeated,
    may_be_allowed=False,
    reads_graph=False,
)
