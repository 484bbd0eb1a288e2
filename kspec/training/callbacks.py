"""The callbacks that a spec can name."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kspec.errors import keras_says
from kspec.model.connect import place_of
from kspec.model.objects import build_error, make
from kspec.spec.callbacks import callback_fault, log_file, rate
from kspec.spec.models import KerasObject, Spec
from kspec.spec.monitors import better_way
from kspec.spec.node import dotted
from kspec.training.state import Stateful

__all__ = ["make_callbacks", "remembering", "remove_logs"]


def make_callbacks(spec: Spec, folder: Path, begins: int = 0) -> list[keras.callbacks.Callback]:
    """The callbacks of `spec.training.callbacks`; files that they write go into `folder`.

    The training begins with epoch `begins`: in a later phase schedules count from there, and a
    CSVLogger appends to an existing file.
    Raises BuildError for arguments that Keras rejects, and for callbacks that cannot work.
    """
    made = []
    for index, wanted in enumerate(spec.training.callbacks):
        try:
            fault = callback_fault(wanted, spec.training)
            if fault is not None:
                raise ValueError(fault)
            made.append(_made(wanted, folder, begins))
        except (ValueError, TypeError) as error:
            path = (*spec.training_path, "callbacks", index)
            message = f"{dotted(path)} {wanted.type}: {keras_says(error)}"
            raise build_error(place_of(spec, *path), spec.name, message, "build") from error
    return made


def remove_logs(spec: Spec, folder: Path, phase: int = 0) -> None:
    """Remove the files in `folder` that CSVLoggers wrote only in `phase` or later."""
    logs = [
        {log_file(wanted) for wanted in each.callbacks if wanted.type == "CSVLogger"}
        for each in spec.phases
    ]
    for name in set().union(*logs[phase:]).difference(*logs[:phase]):
        (folder / name).unlink(missing_ok=True)


def remembering(spec: Spec, callbacks: Sequence[keras.callbacks.Callback]) -> dict[str, Stateful]:
    """The callbacks from `make_callbacks` that have state, keyed by their definition in the spec.

    So a changed or new callback starts afresh.
    """
    kinds: dict[type, Callable[[Any], Stateful]] = {
        keras.callbacks.ReduceLROnPlateau: _Plateau,
        keras.callbacks.CSVLogger: _Log,
    }
    found: dict[str, Stateful] = {}
    for wanted, callback in zip(spec.training.callbacks, callbacks, strict=True):
        if type(callback) in kinds:
            said = json.dumps(wanted.model_dump(mode="json"), sort_keys=True)
            alike = sum(name.startswith(said) for name in found)
            found[f"{said} {alike}"] = kinds[type(callback)](callback)
    return found


class _Plateau:
    """The state of a ReduceLROnPlateau: how long it has waited for a better value."""

    def __init__(self, callback: keras.callbacks.ReduceLROnPlateau) -> None:
        self.callback = callback

    def state(self) -> tuple[dict[str, Any], Sequence[np.ndarray]]:
        best, callback = self.callback.best, self.callback
        return {
            "best": None if best is None else float(best),
            "wait": callback.wait,
            "cooldown_counter": callback.cooldown_counter,
        }, ()

    def restore(self, state: dict[str, Any], arrays: Sequence[np.ndarray]) -> None:
        for name, value in state.items():
            setattr(self.callback, name, value)


class _Log:
    """The state of a CSVLogger: how far it has written."""

    def __init__(self, callback: keras.callbacks.CSVLogger) -> None:
        self.callback = callback
        self.path = Path(callback.filename)

    def state(self) -> tuple[dict[str, Any], Sequence[np.ndarray]]:
        return {"bytes": self.path.stat().st_size if self.path.exists() else 0}, ()

    def restore(self, state: dict[str, Any], arrays: Sequence[np.ndarray]) -> None:
        """Cut off what was written after the checkpoint, and append from there."""
        self.callback.append = True
        if self.path.exists():
            os.truncate(self.path, min(state["bytes"], self.path.stat().st_size))


def _made(wanted: KerasObject, folder: Path, begins: int) -> keras.callbacks.Callback:
    if wanted.type == "LearningRateScheduler":
        return keras.callbacks.LearningRateScheduler(
            lambda epoch, lr: rate(wanted, epoch - begins, lr),
            verbose=wanted.arguments.get("verbose", 0),
        )
    if wanted.type == "CSVLogger":
        made = make(
            "callbacks", wanted.model_copy(update={"filename": str(folder / log_file(wanted))})
        )
        made.append = made.append or begins > 0
        return made
    if wanted.type == "ReduceLROnPlateau":
        # Keras guesses the direction from the metric's class; kspec knows it from the name.
        arguments = wanted.arguments
        way = better_way(arguments.get("monitor", "val_loss"), arguments.get("mode", "auto"))
        return make("callbacks", KerasObject(type=wanted.type, **{**arguments, "mode": way}))
    return make("callbacks", wanted)
