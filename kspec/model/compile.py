"""Compiles a model with optimizer, loss and metrics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras.src.backend.common import global_state

from kspec.model.connect import place_of
from kspec.model.dense_gradients import take_dense_gradients
from kspec.model.groups import apply_groups
from kspec.model.lower import lower_optimizer
from kspec.model.objects import build_error, make_named
from kspec.model.saved_rate import save_as_keras
from kspec.plugins.blame import said_by
from kspec.spec.label_form import told_the_form
from kspec.spec.models import KerasObject, Spec
from kspec.spec.monitors import metric_name
from kspec.spec.node import dotted
from kspec.spec.percentages import in_steps, training_steps

__all__ = ["compile_model", "compile_to_measure", "make_recipe"]

# What replaces a loss or metric on integer labels if the labels are one-hot …
_DENSE = {
    "SparseCategoricalAccuracy": "CategoricalAccuracy",
    "SparseCategoricalCrossentropy": "CategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy": "TopKCategoricalAccuracy",
    "sparse_categorical_accuracy": "CategoricalAccuracy",
    "sparse_categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_top_k_categorical_accuracy": "TopKCategoricalAccuracy",
}


# … and a metric on one-hot labels if they are integers, which Keras would misread silently.
_SPARSE = {
    "CategoricalAccuracy": "SparseCategoricalAccuracy",
    "TopKCategoricalAccuracy": "SparseTopKCategoricalAccuracy",
    "categorical_accuracy": "SparseCategoricalAccuracy",
    "top_k_categorical_accuracy": "SparseTopKCategoricalAccuracy",
}


def compile_model(
    model: keras.Model,
    spec: Spec,
    *,
    one_hot: bool,
    samples: int | None = None,
    lowering: bool = True,
) -> None:
    """Compile `model` as `spec.training` says, to be trained on `samples` samples.

    Schedules with percentages need that number; it may be None if nothing is trained. With
    `lowering` the optimizer's step is computed as is best for the backend.

    With `one_hot` labels (MixUp and CutMix make them) the sparse losses and metrics are replaced by
    their counterparts under the same name; with integer labels, the dense metrics. Raises
    BuildError for what Keras cannot create, and for parameter groups that match no variable.
    """
    with _names_anew():
        optimizer, loss, metrics = make_recipe(spec, one_hot=one_hot, samples=samples)
        if spec.training.logits and model.output_shape[-1] == 1:
            metrics = [_of_a_logit(metric) for metric in metrics]
        model.compile(
            optimizer=optimizer, loss=loss, metrics=metrics, jit_compile=spec.training.compile
        )
    if lowering:
        lower_optimizer(model.optimizer)
    take_dense_gradients(model.optimizer)
    apply_groups(model.optimizer, model, spec)
    save_as_keras(model.optimizer)


def compile_to_measure(model: keras.Model, spec: Spec, *, one_hot: bool) -> None:
    """As `compile_model`, for a network that is only evaluated.

    It has no parameter groups: their variables may be frozen now, or have other paths there.
    """
    ungrouped = spec.training.model_copy(update={"parameter_groups": ()})
    compile_model(model, spec.with_training(ungrouped), one_hot=one_hot)


def make_recipe(
    spec: Spec, *, one_hot: bool = False, samples: int | None = None
) -> tuple[Any, Any, list[Any]]:
    """The optimizer, the loss and the metrics of `spec`, as `compile` takes them.

    `one_hot` and `samples` are as for `compile_model`.

    Raises BuildError for what Keras cannot create.
    """
    training = spec.training
    metrics = [
        _made(spec, "metrics", metric, one_hot, index)
        for index, metric in enumerate(training.metrics)
    ]
    counted = in_steps(training.optimizer, training_steps(training, samples))
    optimizer = _made(spec, "optimizer", counted, one_hot)
    return optimizer, _made(spec, "loss", training.loss, one_hot), metrics


def _of_a_logit(metric: Any) -> Any:
    """Accuracy, by whose name Keras takes an output above 0.5 for yes, where logits above 0 are."""
    if isinstance(metric, str) and metric.lower() in ("acc", "accuracy"):
        return keras.metrics.BinaryAccuracy(name=metric, threshold=0.0)
    return metric


@contextmanager
def _names_anew() -> Iterator[None]:
    """Number optimizer names anew, so that a checkpoint says "adam" whichever this one is."""
    before = global_state.get_global_attribute("object_name_uids")
    global_state.set_global_attribute("object_name_uids", defaultdict(int))
    try:
        yield
    finally:
        global_state.set_global_attribute("object_name_uids", before)


_KINDS = {"optimizer": "optimizers", "loss": "losses", "metrics": "metrics"}


def _made(spec: Spec, part: str, wanted: KerasObject, one_hot: bool, *index: int) -> Any:
    counterparts = _DENSE if one_hot else _SPARSE
    kind = counterparts.get(wanted.type, wanted.type)
    arguments = wanted.arguments
    if part == "metrics" and (arguments or not kind.islower()) and kind != "Accuracy":
        # Keras numbers its automatic names: a second training would see "auc_1".
        arguments = {"name": metric_name(wanted), **arguments}
    if part == "metrics":
        arguments = told_the_form(kind, arguments, one_hot=one_hot)
    wanted = KerasObject(type=kind, **arguments)
    try:
        return make_named(_KINDS[part], wanted)
    except Exception as error:
        path = (*spec.training_path, part, *index)
        message = f"{dotted(path)}: Keras cannot make this {wanted.type}: "
        message += said_by(error)
        raise build_error(place_of(spec, *path), spec.name, message, "build") from error
