"""The callbacks that a spec can name."""

from __future__ import annotations

from pathlib import Path

import keras

from kspec.errors import keras_says
from kspec.model.connect import place_of
from kspec.model.objects import build_error, make
from kspec.spec.callbacks import callback_fault, log_file, rate
from kspec.spec.models import KerasObject, Spec
from kspec.spec.monitors import better_way

__all__ = ["make_callbacks"]


def make_callbacks(spec: Spec, folder: Path) -> list[keras.callbacks.Callback]:
    """The callbacks of `spec.training.callbacks`; files that they write lie in `folder`.

    Raises BuildError for arguments that Keras does not take, and for what cannot work.
    """
    made = []
    for index, wanted in enumerate(spec.training.callbacks):
        try:
            fault = callback_fault(wanted, spec.training)
            if fault is not None:
                raise ValueError(fault)
            made.append(_made(wanted, folder))
        except (ValueError, TypeError) as error:
            place = place_of(spec, "training", "callbacks", index)
            message = f"training.callbacks[{index}] {wanted.type}: {keras_says(error)}"
            raise build_error(place, spec.name, message, "build") from error
    return made


def _made(wanted: KerasObject, folder: Path) -> keras.callbacks.Callback:
    if wanted.type == "LearningRateScheduler":
        return keras.callbacks.LearningRateScheduler(lambda epoch, lr: rate(wanted, epoch, lr))
    if wanted.type == "CSVLogger":
        return make(
            "callbacks", wanted.model_copy(update={"filename": str(folder / log_file(wanted))})
        )
    if wanted.type == "ReduceLROnPlateau":
        # Keras guesses the better way from the metric's class; kspec knows it from the name.
        arguments = wanted.arguments
        way = better_way(arguments.get("monitor", "val_loss"), arguments.get("mode", "auto"))
        return make("callbacks", KerasObject(type=wanted.type, **{**arguments, "mode": way}))
    return make("callbacks", wanted)
