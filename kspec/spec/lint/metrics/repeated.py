"""Metrics with the same name."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec
from kspec.spec.monitors import metric_name

__all__ = ["REPEATED_METRIC"]


def _repeated(spec: Spec, graph: Graph) -> Iterator[Finding]:
    names = [metric_name(metric) for metric in spec.training.metrics]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Finding(("training", "metrics", index), f'two metrics are called "{name}"')


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
