"""Metrics as a script must write them where Keras by itself would take others, or other names."""

from __future__ import annotations

from kspec.spec import catalog
from kspec.spec.models import KerasObject, Spec
from kspec.spec.monitors import metric_name

__all__ = ["with_told_metrics"]


def with_told_metrics(phase: Spec, outputs: int, *, several: bool) -> Spec:
    """The spec of a phase with what kspec tells its metrics in them.

    The accuracy of a single logit is that of logits above 0. With `several` phases each `compile`
    would number automatic names on ("auc_1"), so those are said.
    """
    training = phase.training
    metrics = tuple(
        _told(metric, logit=training.logits and outputs == 1, several=several)
        for metric in training.metrics
    )
    return phase.with_training(training.model_copy(update={"metrics": metrics}))


def _told(metric: KerasObject, *, logit: bool, several: bool) -> KerasObject:
    if logit and metric.type.lower() in ("acc", "accuracy") and not metric.arguments:
        return KerasObject(type="BinaryAccuracy", name=metric_name(metric), threshold=0.0)
    entry = catalog.find("metrics", metric.type)
    numbered = isinstance(entry, catalog.Entry) and not metric.type.islower()
    if several and numbered and "name" not in metric.arguments and metric.type != "Accuracy":
        return KerasObject(type=metric.type, **{**metric.arguments, "name": metric_name(metric)})
    return metric
