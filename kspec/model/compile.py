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
from kspec.model.own_results import give_own_results
from kspec.model.saved_rate import save_as_keras
from kspec.plugins.blame import said_by
from kspec.spec.fitted import fitted
from kspec.spec.models import KerasObject, Spec
from kspec.spec.monitors import metric_name
from kspec.spec.node import dotted
from kspec.spec.percentages import in_steps, training_steps

__all__ = ["compile_model", "compile_to_measure", "make_recipe"]


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

    Loss and metrics are those that fit the labels, which may be `one_hot` (`kspec.spec.fitted`).
    Raises BuildError for what Keras cannot create, and for parameter groups that match no variable.
    """
    with _names_anew():
        optimizer, loss, metrics = make_recipe(
            spec, one_hot=one_hot, outputs=model.output_shape[-1], samples=samples
        )
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
    spec: Spec,
    *,
    one_hot: bool = False,
    outputs: int | None = None,
    samples: int | None = None,
) -> tuple[Any, Any, list[Any]]:
    """The optimizer, the loss and the metrics of `spec`, as `compile` takes them.

    `one_hot` and `outputs` are as for `kspec.spec.fitted`, `samples` as for `compile_model`.

    Raises BuildError for what Keras cannot create.
    """
    training = fitted(spec, one_hot=one_hot, outputs=outputs)
    metrics = [
        _made(spec, "metrics", metric, index) for index, metric in enumerate(training.metrics)
    ]
    for metric in metrics:
        give_own_results(metric)
    counted = in_steps(training.optimizer, training_steps(training, samples))
    optimizer = _made(spec, "optimizer", counted)
    return optimizer, _made(spec, "loss", training.loss), metrics


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


def _made(spec: Spec, part: str, wanted: KerasObject, *index: int) -> Any:
    arguments = wanted.arguments
    if part == "metrics" and (arguments or not wanted.type.islower()) and wanted.type != "Accuracy":
        # Keras numbers its automatic names: a second training would see "auc_1".
        arguments = {"name": metric_name(wanted), **arguments}
    try:
        return make_named(_KINDS[part], KerasObject(type=wanted.type, **arguments))
    except Exception as error:
        path = (*spec.training_path, part, *index)
        message = f"{dotted(path)}: Keras cannot make this {wanted.type}: "
        message += said_by(error)
        raise build_error(place_of(spec, *path), spec.name, message, "build") from error
