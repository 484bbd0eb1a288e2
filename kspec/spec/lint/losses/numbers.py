"""Losses and metrics for classes, and labels that are numbers."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.catalog.registry import registered
from kspec.spec.graph import Graph
from kspec.spec.lint.labels import labels_are_classes
from kspec.spec.lint.network import head
from kspec.spec.lint.rule import Finding, Path, Rule
from kspec.spec.models import KerasObject, Spec
from kspec.spec.monitors import metric_name

__all__ = ["CLASSES_OF_NUMBERS"]


def _of_numbers(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if labels_are_classes(spec):
        return
    training = spec.training
    found = head(graph)
    ends = None if found is None else found.activation
    # Numbers may be probabilities, of several yes or no, or of classes.
    shares = training.logits or ends in ("sigmoid", "softmax")
    categorical = "categorical" in metric_name(KerasObject(type=training.loss.type))
    parts: list[tuple[Path, KerasObject]] = [(("training", "loss"), training.loss)]
    metrics = enumerate(training.metrics)
    parts += ((("training", "metrics", index), metric) for index, metric in metrics)
    for path, wanted in parts:
        if registered("metrics" if "metrics" in path else "losses", wanted.type) is not None:
            continue  # A plugin's may mean something else.
        name = metric_name(KerasObject(type=wanted.type))
        if name != "acc" and not any(word in name for word in ("accuracy", "categorical")):
            continue
        plain = name in ("acc", "accuracy")
        if shares and not name.startswith("sparse") and (categorical or not plain):
            continue
        hint = '"mean_squared_error" and "mean_absolute_error" are for those'
        if "metrics" in path and "metrics" not in training.model_fields_set:
            hint += ' ("metrics" without a value is accuracy)'
        message = f"{wanted.type} is for classes, but the labels are numbers; {hint}"
        yield Finding(path, message)


CLASSES_OF_NUMBERS = Rule(
    code="loss-does-not-fit-labels",
    level="error",
    title="A loss or metric for classes, and labels that are numbers",
    reason=(
        "data.labels says that the network learns numbers, such as prices. Categorical "
        "cross-entropies and accuracies ask which class is right, but a number is not a class: "
        "nearly every answer would be wrong. A squared or absolute error measures how far off the "
        "answer is. Numbers may be probabilities, if the network ends with sigmoid or softmax."
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
)
