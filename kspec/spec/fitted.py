"""Loss and metrics for the labels and outputs that they compare, which a spec does not state."""

from __future__ import annotations

from kspec.spec import catalog
from kspec.spec.models import KerasObject, Spec, Training
from kspec.spec.monitors import metric_name

__all__ = ["fitted"]

# What replaces a loss or metric of class numbers if the labels are one-hot …
_DENSE = {
    "SparseCategoricalAccuracy": "CategoricalAccuracy",
    "SparseCategoricalCrossentropy": "CategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy": "TopKCategoricalAccuracy",
    "sparse_categorical_accuracy": "CategoricalAccuracy",
    "sparse_categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_top_k_categorical_accuracy": "TopKCategoricalAccuracy",
}

# … and a metric of one-hot labels if they are class numbers, which Keras would misread silently.
_SPARSE = {
    "CategoricalAccuracy": "SparseCategoricalAccuracy",
    "TopKCategoricalAccuracy": "SparseTopKCategoricalAccuracy",
    "categorical_accuracy": "SparseCategoricalAccuracy",
    "top_k_categorical_accuracy": "SparseTopKCategoricalAccuracy",
}

# These are told in an argument which form labels have.
_TOLD = ("IoU", "MeanIoU")


def fitted(spec: Spec, *, one_hot: bool, outputs: int | None = None) -> Training:
    """The training of a spec of one phase, with the loss and metrics that fit the form of the
    labels, under the same names.

    Which form they have depends on the loss, and for masks on the backend. With `one_hot` labels
    (MixUp and CutMix make them) the sparse losses and metrics are replaced by their counterparts;
    with class numbers the dense metrics; `IoU` and `MeanIoU` are told. `outputs` is the number of
    outputs, if it is known: the accuracy of a single logit is that of logits above 0, where Keras
    takes an output above 0.5 for yes. Labels that are numbers are compared as the spec says.
    """
    training = spec.training
    loss, metrics = training.loss, training.metrics
    if training.logits and outputs == 1:
        metrics = tuple(map(_of_a_logit, metrics))
    if spec.data.labels != "numbers":
        if one_hot and loss.type in _DENSE:
            loss = KerasObject(type=_DENSE[loss.type], **loss.arguments)
        metrics = tuple(_of_classes(metric, one_hot=one_hot) for metric in metrics)
    return training.model_copy(update={"loss": loss, "metrics": metrics})


def _of_a_logit(metric: KerasObject) -> KerasObject:
    if metric.type.lower() in ("acc", "accuracy") and not metric.arguments:
        return KerasObject(type="BinaryAccuracy", name=metric_name(metric), threshold=0.0)
    return metric


def _of_classes(metric: KerasObject, *, one_hot: bool) -> KerasObject:
    named = {"name": metric_name(metric), **metric.arguments}
    counterpart = (_DENSE if one_hot else _SPARSE).get(metric.type)
    if counterpart is not None:
        return KerasObject(type=counterpart, **named)
    entry = catalog.find("metrics", metric.type)
    if isinstance(entry, catalog.Entry) and entry.name in _TOLD:
        told = {**metric.arguments, "sparse_y_true": not one_hot}
        return KerasObject(type=metric.type, **told)
    return metric
