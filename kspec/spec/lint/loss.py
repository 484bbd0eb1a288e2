"""Losses that do not fit the outputs of the network, or the labels."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.catalog.registry import registered
from kspec.spec.graph import Graph
from kspec.spec.lint.labels import labels_are_classes, labels_are_mixed
from kspec.spec.lint.logits import BINARY_LOSSES, CATEGORICAL_LOSSES, NEGATIVE, ends
from kspec.spec.lint.metrics import wants_one_hot
from kspec.spec.lint.names import name_of
from kspec.spec.lint.network import head
from kspec.spec.lint.rule import Finding, Path, Rule
from kspec.spec.models import KerasObject, Spec
from kspec.spec.monitors import metric_name

__all__ = [
    "CLASSES_OF_NUMBERS",
    "LOSS_AND_HEAD",
    "ONE_HOT_LOSS",
]

_DISTANCES = (
    "Huber", "LogCosh", "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError",
    "MeanSquaredLogarithmicError",
)  # fmt: skip

_PATH: Path = ("training", "loss")


def _loss_and_head(spec: Spec, graph: Graph) -> Iterator[Finding]:
    found = head(graph)
    loss = name_of("losses", spec.training.loss.type)
    if found is not None and loss == "Poisson" and found.activation in NEGATIVE:
        message = (
            f"{spec.training.loss.type} takes the logarithm of the outputs, and {ends(found)}, so "
            'some are negative; give the head the activation "softplus"'
        )
        yield Finding(_PATH, message)
    # A softmax over one unit, and a loss of logits, have rules of their own.
    logits = spec.training.loss.arguments.get("from_logits") is True
    if found is None or found.units == 1 or logits or not labels_are_classes(spec):
        return
    many = f"{found.units} classes" if found.units else "its classes"
    if found.activation == "softmax" and loss in BINARY_LOSSES:
        message = (
            f"{spec.training.loss.type} asks yes or no of every class, but softmax chooses one of "
            f'{many}; use "sparse_categorical_crossentropy"'
        )
        yield Finding(_PATH, message)
    elif found.activation == "softmax" and loss in _DISTANCES:
        message = (
            f"{spec.training.loss.type} of softmax's probabilities learns least where the network "
            f"is confidently wrong; to choose one of {many}, use "
            '"sparse_categorical_crossentropy"'
        )
        yield Finding(_PATH, message)
    elif found.activation == "sigmoid" and loss in CATEGORICAL_LOSSES:
        message = (
            f"{spec.training.loss.type} wants probabilities that add up to 1, but sigmoid gives "
            f"each of {many} one of its own; use softmax"
        )
        yield Finding(_PATH, message)


def _of_numbers(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if labels_are_classes(spec):
        return
    training = spec.training
    parts: list[tuple[Path, KerasObject]] = [(_PATH, training.loss)]
    metrics = enumerate(training.metrics)
    parts += ((("training", "metrics", index), metric) for index, metric in metrics)
    for path, wanted in parts:
        if registered("metrics" if "metrics" in path else "losses", wanted.type) is not None:
            continue  # A plugin's may mean something else.
        name = metric_name(KerasObject(type=wanted.type))
        if name != "acc" and not any(word in name for word in ("accuracy", "categorical")):
            continue
        hint = '"mean_squared_error" and "mean_absolute_error" are for those'
        if "metrics" in path and "metrics" not in training.model_fields_set:
            hint += ' ("metrics" without a value is accuracy)'
        message = f"{wanted.type} is for classes, but the labels are numbers; {hint}"
        yield Finding(path, message)


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
        yield Finding(_PATH, message)


_HEAD = (
    '{"layers": [{"type": "Flatten"},\n'
    '  {"type": "Dense", "units": %s, "activation": "%s"}],\n'
    ' "training": {"loss": "%s"}}'
)

LOSS_AND_HEAD = Rule(
    code="loss-does-not-fit-head",
    level="warning",
    title="A loss that does not fit the network's last activation",
    reason=(
        "Softmax gives the probability of each class if exactly one is right, and goes with a "
        "categorical cross-entropy; sigmoid gives it for each unit alone, and goes with the binary "
        "one. Mixed up, they train something other than intended. A squared error of probabilities "
        "has a gradient that vanishes where the network is sure but wrong, just where it should "
        "learn most (Goodfellow et al., Deep Learning, 6.2.2). Poisson's loss of a negative output "
        "is not a number."
    ),
    wrong=_HEAD % (10, "softmax", "binary_crossentropy"),
    right=_HEAD % (10, "softmax", "sparse_categorical_crossentropy"),
    find=_loss_and_head,
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

CLASSES_OF_NUMBERS = Rule(
    code="loss-does-not-fit-labels",
    level="error",
    title="A loss or metric for classes, and labels that are numbers",
    reason=(
        "data.labels says that the network learns numbers, such as prices. Categorical "
        "cross-entropies and accuracies ask which class is right, but a number is not a class: "
        "nearly every answer would be wrong. A squared or absolute error measures how far off the "
        "answer is."
    ),
    wrong=(
        '{"data": {"source": "npz", "path": "prices.npz", "labels": "numbers"},\n'
        ' "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 1}],\n'
        ' "training": {"loss": "mean_squared_error", "metrics": ["accuracy"]}}'
    ),
    right=(
        '{"data": {"source": "npz", "path": "prices.npz", "labels": "numbers"},\n'
        ' "layers": [{"type": "Flatten"}, {"type": "Dense", "units": 1}],\n'
        ' "training": {"loss": "mean_squared_error", "metrics": ["mean_absolute_error"]}}'
    ),
    find=_of_numbers,
    may_be_allowed=False,
    reads_graph=False,
)
