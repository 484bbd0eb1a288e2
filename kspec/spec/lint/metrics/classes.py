"""Metrics that count other classes than the network has outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.spec.catalog.registry import registered
from kspec.spec.graph import Graph
from kspec.spec.lint.labels import labels_are_classes
from kspec.spec.lint.names import default_of, name_of, whole
from kspec.spec.lint.network import head
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["METRIC_OF_OTHER_CLASSES"]

_TOP = ("SparseTopKCategoricalAccuracy", "TopKCategoricalAccuracy")


def _find(spec: Spec, graph: Graph) -> Iterator[Finding]:
    found = head(graph)
    # A single output has rules of its own.
    if found is None or found.units in (None, 1) or not labels_are_classes(spec):
        return
    for index, metric in enumerate(spec.training.metrics):
        if registered("metrics", metric.type) is not None:
            continue  # A plugin's may mean something else.
        said = _said(name_of("metrics", metric.type), metric.arguments, found.units)
        if said is not None:
            yield Finding(("training", "metrics", index), f"{metric.type} {said}")


def _said(name: str, arguments: Mapping[str, Any], units: int) -> str | None:
    top = whole(arguments.get("k", default_of("metrics", name, "k")))
    if name in _TOP and top is not None and top >= units:
        return (
            f"asks whether the class is among the {top} largest outputs, and the network has "
            f'{units}, so it is always 1; say "k": {max(1, units // 2)}'
        )
    classes = whole(arguments.get("num_classes"))
    if classes is not None and classes < units:
        return (
            f'has "num_classes": {classes}, so it leaves out the others of the {units} classes '
            "that the network has outputs for"
        )
    only = whole(arguments.get("class_id"))
    if only is not None and only >= units:
        return f'has "class_id": {only}, but the classes are 0 to {units - 1}'
    return None


METRIC_OF_OTHER_CLASSES = Rule(
    code="metric-of-other-classes",
    level="error",
    title="A metric that counts other classes than the network has",
    reason=(
        "A network for classes has one output for each, and the metric must have as many. The "
        "class is always among the 5 largest of 5 outputs, so a top-5 accuracy of five classes is "
        "1 for every network; k is 5 unless said otherwise. A confusion matrix of fewer classes "
        "has no place for the others, and Keras leaves them out without a word."
    ),
    wrong=(
        '{"layers": [{"type": "Flatten"},\n'
        '  {"type": "Dense", "units": 3, "activation": "softmax"}],\n'
        ' "training": {"metrics": [{"type": "SparseTopKCategoricalAccuracy"}]}}'
    ),
    right=(
        '{"layers": [{"type": "Flatten"},\n'
        '  {"type": "Dense", "units": 3, "activation": "softmax"}],\n'
        ' "training": {"metrics": [{"type": "SparseTopKCategoricalAccuracy", "k": 2}]}}'
    ),
    find=_find,
)
