"""`model.compile` and the callbacks, as in kspec's training."""

from __future__ import annotations

from typing import Any

from kspec.spec import catalog
from kspec.spec.callbacks import log_file
from kspec.spec.catalog.percentages import AT_LEAST_ONE
from kspec.spec.catalog.registry import registered
from kspec.spec.eject.averaging import write_averaging
from kspec.spec.eject.brought import loss_function, script_name
from kspec.spec.eject.code import Call, Expression, Row
from kspec.spec.eject.formula import formula
from kspec.spec.eject.literals import literal
from kspec.spec.eject.names import RESERVED
from kspec.spec.eject.objects import Source, made, named_object, value
from kspec.spec.models import EarlyStopping, KerasObject, Spec, Training
from kspec.spec.monitors import better_way, metric_name, which_epoch
from kspec.spec.percentages import counted, has_percentages

__all__ = ["write_callbacks", "write_compile", "write_loss", "write_steps"]

# Keras knows by itself which direction is better for these.
_KNOWN_TO_KERAS = ("loss", "accuracy")


def write_compile(spec: Spec, *, several: bool, of: str = "model", learns: bool = True) -> Call:
    """`model.compile(…)` for loss and metrics that fit the labels (`kspec.spec.fitted`).

    `several` says whether the script compiles more than once. A model that is not trained gets no
    optimizer.
    """
    training = spec.training
    optimizer = counted(training.optimizer, _share)
    loss = training.loss
    metrics = tuple(_metric(metric, several=several) for metric in training.metrics)
    kind, arguments = optimizer.type, optimizer.arguments
    return Call(
        f"{of}.compile",
        (),
        (
            *((("optimizer", named_object("optimizers", kind, arguments)),) if learns else ()),
            ("loss", named_object("losses", loss.type, loss.arguments)),
            *((("metrics", Row(metrics)),) if metrics else ()),
            *((("jit_compile", literal(training.compile)),) if training.compile != "auto" else ()),
        ),
    )


def _share(argument: str, text: str) -> Source:
    """A percentage of the steps of a phase, of which the script knows the number (`steps`)."""
    share = f"round({text.removesuffix('%')} * steps / 100)"
    if float(text.removesuffix("%")) == 100:
        return Source("steps")
    return Source(f"max({share}, 1)" if argument in AT_LEAST_ONE else share)


def write_steps(training: Training) -> list[str]:
    """The line before `model.compile` that computes `steps`, if a schedule has percentages."""
    if not has_percentages(training.optimizer):
        return []
    if training.steps_per_epoch is not None:
        return [f"    steps = {training.epochs} * {training.steps_per_epoch}"]
    return [f"    steps = {training.epochs} * math.ceil(len(x_train) / {training.batch_size})"]


def write_loss(spec: Spec) -> list[str] | None:
    """A function that wraps a plugin's loss function and its arguments; None for other losses."""
    loss = spec.training.loss
    brought = registered("losses", loss.type)
    if brought is None:
        return None
    given = {key: value(key, each) for key, each in loss.arguments.items()}
    return loss_function(loss, script_name(brought, RESERVED), given)


def _metric(metric: KerasObject, *, several: bool) -> Expression:
    """A metric, with its name if Keras would give it another one: it numbers those of the second
    and later `compile` ("auc_1")."""
    kind, arguments = metric.type, metric.arguments
    if (arguments or not kind.islower()) and kind != "Accuracy" and "name" not in arguments:
        entry = catalog.find("metrics", kind)
        assert isinstance(entry, catalog.Entry)
        default = entry.arguments["name"].default if "name" in entry.arguments else None
        called = metric_name(metric)
        if several or called != (default or metric_name(KerasObject(type=entry.name))):
            arguments = {**arguments, "name": called}
    return named_object("metrics", kind, arguments)


def write_callbacks(training: Training, *, first: bool = True) -> Row | None:
    """The callbacks of `model.fit`; None if there are none. In all phases but the `first` a
    CSVLogger appends to its file."""
    made_ones = [_callback(callback, first=first) for callback in training.callbacks]
    if training.averaging is not None:
        made_ones.append(write_averaging(training.averaging))
    kept = which_epoch(training.early_stopping)
    alone = kept is not None and kept.min_delta == 0 and kept.start_from_epoch == 0
    for monitor in training.early_stopping:
        made_ones.append(_early_stopping(monitor, keeps=alone and monitor is kept))
    if kept is not None and not alone:
        # This one keeps the best epoch of all; its patience is too long for it to stop training.
        keeper = EarlyStopping(monitor=kept.monitor, mode=kept.mode, patience=training.epochs)
        made_ones.append(_early_stopping(keeper, keeps=True))
    return Row(tuple(made_ones)) if made_ones else None


def _early_stopping(monitor: EarlyStopping, *, keeps: bool) -> Expression:
    arguments: dict[str, Any] = {"monitor": monitor.monitor}
    defaults = EarlyStopping()
    for name in ("min_delta", "patience", "baseline", "start_from_epoch"):
        if getattr(monitor, name) != getattr(defaults, name):
            arguments[name] = getattr(monitor, name)
    arguments |= _mode(monitor.monitor, str(monitor.mode))
    if keeps:
        arguments["restore_best_weights"] = True
    named = tuple((name, literal(each)) for name, each in arguments.items())
    return Call("keras.callbacks.EarlyStopping", (), named)


def _mode(monitor: str, mode: str) -> dict[str, Any]:
    """The argument `mode`, if Keras would not know which direction is better."""
    if mode == "auto" and monitor.removeprefix("val_") in _KNOWN_TO_KERAS:
        return {}
    return {"mode": better_way(monitor, mode)}


def _callback(callback: KerasObject, *, first: bool) -> Expression:
    arguments = callback.arguments
    if callback.type == "LearningRateScheduler":
        return Call("keras.callbacks.LearningRateScheduler", (_schedule(callback),))
    if callback.type == "CSVLogger":
        arguments = {**arguments, "filename": log_file(callback)}
        arguments |= {} if first else {"append": True}
    if callback.type == "ReduceLROnPlateau":
        monitor = str(arguments.get("monitor", "val_loss"))
        way = _mode(monitor, str(arguments.get("mode", "auto")))
        arguments = {**arguments, **way}
    return made("callbacks", callback.type, arguments)


def _schedule(callback: KerasObject) -> str:
    """The rate as a function of epoch and rate; Keras requires it to be a float."""
    text = formula(callback.arguments["schedule"], {})
    return f"lambda epoch, lr: float({text})"
