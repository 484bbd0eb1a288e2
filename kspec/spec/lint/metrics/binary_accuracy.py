"""Binary accuracy of several classes."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.labels import labels_are_one_number
from kspec.spec.lint.names import name_of
from kspec.spec.lint.network import head
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["BINARY_ACCURACY_OF_MANY"]


def _binary_of_many(spec: Spec, graph: Graph) -> Iterator[Finding]:
    found = head(graph)
    if found is None or found.activation != "softmax" or found.units == 1:
        return
    if labels_are_one_number(spec):
        return  # `metric-needs-one-hot` reports it.
    for index, metric in enumerate(spec.training.metrics):
        if name_of("metrics", metric.type) == "BinaryAccuracy":
            many = f"the {found.units} outputs" if found.units else "the outputs"
            message = (
                f"{metric.type} counts each of {many} of softmax as right or wrong by itself, so "
                'that a network that knows nothing scores high; use "accuracy"'
            )
            yield Finding(("training", "metrics", index), message)


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
