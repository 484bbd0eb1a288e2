"""Metrics whose names are taken."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec
from kspec.spec.monitors import metric_name

__all__ = ["REPEATED_METRIC", "RESERVED_METRIC_NAME"]

# What a row of the history has besides metrics.
_TAKEN = ("epoch", "learning_rate", "loss", "phase", "seconds", "segment")


def _repeated(spec: Spec, graph: Graph) -> Iterator[Finding]:
    names = [metric_name(metric) for metric in spec.training.metrics]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Finding(("training", "metrics", index), f'two metrics are called "{name}"')


def _reserved(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for index, metric in enumerate(spec.training.metrics):
        name = metric_name(metric)
        if name in _TAKEN or name.startswith("val_"):
            message = (
                f'a metric cannot be called "{name}", which is something else in the history of a '
                "run; give it another name"
            )
            yield Finding(("training", "metrics", index), message)


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

RESERVED_METRIC_NAME = Rule(
    code="reserved-metric-name",
    level="error",
    title="A metric with the name of something else",
    reason=(
        "The history of a run has the loss, the epoch and others by their names beside the "
        "metrics, and the values of the validation set by names that begin with val_. A metric "
        "with such a name would take its place: early stopping and tables would show one for the "
        "other."
    ),
    wrong='{"training": {"metrics": [{"type": "SparseCategoricalAccuracy", "name": "loss"}]}}',
    right='{"training": {"metrics": [{"type": "SparseCategoricalAccuracy", "name": "right"}]}}',
    find=_reserved,
    may_be_allowed=False,
    reads_graph=False,
)
