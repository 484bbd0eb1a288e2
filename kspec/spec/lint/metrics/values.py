"""Metrics that give several values, where one is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.spec.graph import Graph
from kspec.spec.lint.names import default_of, name_of
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["METRIC_OF_MANY_VALUES"]

# The argument without which there is a value for each output, and one that makes it one.
_AVERAGES = {
    "F1Score": ("average", "macro"),
    "FBetaScore": ("average", "macro"),
    "R2Score": ("class_aggregation", "uniform_average"),
}


def _find(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for index, metric in enumerate(spec.training.metrics):
        said = _said(name_of("metrics", metric.type), metric.arguments)
        if said is not None:
            message = f"{metric.type} gives {said}, and a metric of a training is one number"
            yield Finding(("training", "metrics", index), message)


def _said(name: str, arguments: Mapping[str, Any]) -> str | None:
    if name in _AVERAGES:
        key, one = _AVERAGES[name]
        if arguments.get(key, default_of("metrics", name, key)) is None:
            return f'a value for each class unless told "{key}": "{one}"'
    thresholds = arguments.get("thresholds")
    if isinstance(thresholds, (list, tuple)) and len(thresholds) > 1:
        return 'a value for each of its "thresholds"'
    return None


METRIC_OF_MANY_VALUES = Rule(
    code="metric-of-many-values",
    level="error",
    title="A metric that gives several values",
    reason=(
        "The history, early stopping and tables have one number for each metric. F1Score and "
        'FBetaScore give one for each class unless "average" says how to combine them, and '
        "Precision and others give one for each of several thresholds; Keras fails at the end of "
        "the first epoch."
    ),
    wrong='{"training": {"loss": "categorical_crossentropy", "metrics": ["F1Score"]}}',
    right=(
        '{"training": {"loss": "categorical_crossentropy",\n'
        '  "metrics": [{"type": "F1Score", "average": "macro"}]}}'
    ),
    find=_find,
    may_be_allowed=False,
    reads_graph=False,
)
