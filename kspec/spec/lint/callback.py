"""Callbacks that cannot work in this training."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.callbacks import callback_fault
from kspec.spec.graph import Graph
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["CALLBACK"]


def _faults(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for index, callback in enumerate(spec.training.callbacks):
        if not isinstance(callback.arguments.get("filename", ""), str):
            continue  # An argument of the wrong type, reported elsewhere.
        fault = callback_fault(callback, spec.training)
        if fault is not None:
            yield Finding(("training", "callbacks", index), fault)


CALLBACK = Rule(
    code="callback",
    level="error",
    title="A callback that cannot work in this training",
    reason=(
        "The schedule of a LearningRateScheduler is arithmetic on epoch and lr and must give a "
        "rate for every epoch; the learning rate is set either by the optimizer's schedule or by a "
        "callback, not by both; a CSVLogger writes a .csv file into the run and nowhere else."
    ),
    wrong=(
        '{"training": {"callbacks": [{"type": "LearningRateScheduler", "schedule": "rate / 2"}]}}'
    ),
    right='{"training": {"callbacks": [{"type": "LearningRateScheduler", "schedule": "lr / 2"}]}}',
    find=_faults,
    may_be_allowed=False,
    reads_graph=False,
)
