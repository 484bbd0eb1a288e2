"""The callbacks that a spec can name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath

import keras

from kspec.errors import keras_says
from kspec.model.build import place_of
from kspec.model.objects import build_error, make
from kspec.spec.expression import ExpressionError, evaluate
from kspec.spec.models import KerasObject, Spec
from kspec.spec.monitors import better_way

__all__ = ["make_callbacks"]


def make_callbacks(spec: Spec, folder: Path) -> list[keras.callbacks.Callback]:
    """The callbacks of `spec.training.callbacks`; files that they write lie in `folder`.

    Raises BuildError for arguments that Keras does not take, and for a schedule with no value.
    """
    made = []
    for index, wanted in enumerate(spec.training.callbacks):
        try:
            made.append(_made(wanted, folder, spec.training.epochs))
        except (ValueError, TypeError) as error:
            place = place_of(spec, "training", "callbacks", index)
            message = f"training.callbacks[{index}] {wanted.type}: {keras_says(error)}"
            raise build_error(place, spec.name, message, "build") from error
    return made


def _made(wanted: KerasObject, folder: Path, epochs: int) -> keras.callbacks.Callback:
    if wanted.type == "LearningRateScheduler":
        schedule = _schedule(wanted.arguments.get("schedule"), epochs)
        return keras.callbacks.LearningRateScheduler(schedule)
    if wanted.type == "CSVLogger":
        filename = str(wanted.arguments.get("filename", "log.csv"))
        inside = PurePosixPath(filename).name == filename == PureWindowsPath(filename).name
        if not inside or filename in ("history.csv", ".", ".."):
            raise ValueError(f'"{filename}" must be a bare file name; it is written into the run')
        return make("callbacks", wanted.model_copy(update={"filename": str(folder / filename)}))
    if wanted.type == "ReduceLROnPlateau":
        # Keras guesses the better way from the metric's class; kspec knows it from the name.
        arguments = wanted.arguments
        way = better_way(arguments.get("monitor", "val_loss"), arguments.get("mode", "auto"))
        return make("callbacks", KerasObject(type=wanted.type, **{**arguments, "mode": way}))
    return make("callbacks", wanted)


def _schedule(text: object, epochs: int) -> Callable[[int, float], float]:
    """`"lr * 0.5 if epoch % 10 == 9 else lr"`: arithmetic on `epoch` (from 0) and the rate `lr`."""
    if not isinstance(text, str):
        raise ValueError(f'"schedule" must be arithmetic on epoch and lr as text, not {text!r}')

    def rate(epoch: int, lr: float) -> float:
        try:
            value = evaluate(text, {"epoch": epoch, "lr": lr})
        except ExpressionError as error:
            raise ValueError(
                f'the schedule "{text}" has no value at epoch {epoch}: {error}'
            ) from None
        if not isinstance(value, (int, float)) or not value >= 0:
            raise ValueError(f'the schedule "{text}" gives {value!r} at epoch {epoch}, not a rate')
        return float(value)

    # Now rather than hours later; a usual rate stands for the one that will be.
    for epoch in range(epochs):
        rate(epoch, 0.001)
    return rate
