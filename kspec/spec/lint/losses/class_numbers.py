"""Losses that need class numbers, and what makes labels one-hot."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.labels import labels_are_mixed
from kspec.spec.lint.names import name_of
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["LOSS_NEEDS_CLASS_NUMBERS"]


def _needs_class_numbers(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if not spec.training.needs_class_numbers:
        return
    circle = name_of("losses", spec.training.loss.type) == "Circle"
    other = next((each for each in spec.all_phases if not each.takes_class_numbers), None)
    if circle and spec.data.labels != "classes":
        why = f"the labels are {spec.data.labels}"
    elif labels_are_mixed(spec):
        why = "augmentation mixes classes; leave out CutMix and MixUp"
    elif other is not None:
        why = f"{other.loss.type} in another phase makes labels one-hot; use a sparse loss there"
    else:
        return
    message = f"{spec.training.loss.type} needs the number of a class as label, but {why}"
    yield Finding(("training", "loss"), message)


LOSS_NEEDS_CLASS_NUMBERS = Rule(
    code="loss-needs-class-numbers",
    level="error",
    title="A loss for class numbers, and one-hot labels",
    reason=(
        "CategoricalGeneralizedCrossEntropy and Circle take the number of each sample's class. "
        "CutMix and MixUp give a picture several classes in part, so labels are one-hot there; and "
        "labels are the same in all phases of a training, so a loss for one-hot labels in one of "
        "them decides for all."
    ),
    wrong=(
        '{"augmentation": [{"type": "MixUp"}],\n'
        ' "training": {"loss": {"type": "CategoricalGeneralizedCrossEntropy", "q": 0.7}}}'
    ),
    right='{"training": {"loss": {"type": "CategoricalGeneralizedCrossEntropy", "q": 0.7}}}',
    find=_needs_class_numbers,
    may_be_allowed=False,
    reads_graph=False,
)
