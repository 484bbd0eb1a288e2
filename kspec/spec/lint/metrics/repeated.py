"""Metrics whose names are taken."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec
from kspec.spec.monitors import metric_name

__all__ = ["REPEATED_METRIC"]

# What a row of the history has besides metrics.
_TAKEN = ("epoch", "learning_rate", "loss", "phase", "seconds", "segment")


def _repeated(spec: Spec, graph: Graph) -> Iterator[Finding]:
    names = [metric_name(metric) for metric in spec.training.metrics]
    for index, name in enumerate(names):
        path = ("training", "metrics", index)
        if name in names[:index]:
            yield Finding(path, f'two metrics are called "{name}"')
        elif name in _TAKEN or name.startswith("val_"):
            message = (
                f'a metric cannot be called "{name}", which is something else in the history of a '
                "run; give it another name"
            )
            yield Finding(path, message)


REPEATED_METRIC = Rule(
    code="duplicate-name",
    level="error",
    title="A metric with a name that is taken",
    reason=(
        "The values of a metric are recorded and monitored by its name, so two with the same name "
        'cannot be told apart. Leave one out, or give one of them a "name". The history of a run '
        "has the loss, the epoch and others by their names, too, and values of the validation set "
        "by those that begin with val_."
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
