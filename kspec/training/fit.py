"""Fits a prepared model, from the beginning or from a checkpoint."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from kspec.errors import KspecError, RunError
from kspec.experiment.prepared import Prepared
from kspec.model.lower import overwriting
from kspec.plugins.blame import said_by
from kspec.runs.checkpoints import Checkpoint
from kspec.training.averaging import Averaging
from kspec.training.best_epoch import Stopping
from kspec.training.callbacks import make_callbacks, remembering
from kspec.training.checkpoints import Checkpoints
from kspec.training.interrupt import Interrupted, StopBetweenSteps
from kspec.training.recorder import Recorder
from kspec.training.state import Stateful, Training

__all__ = ["fit"]


def fit(
    prepared: Prepared,
    recorder: Recorder,
    stopping: Stopping,
    stop: StopBetweenSteps,
    *,
    start: Checkpoint | None = None,
    watching: Sequence[keras.callbacks.Callback] = (),
) -> bool:
    """Fit the model for one phase, writing as it goes; then it has the kept epoch's weights.

    Returns False if it was interrupted. Raises RunError if Keras cannot train the spec, for a
    checkpoint that does not fit, and for files that cannot be written.
    """
    spec, model = prepared.spec, prepared.model
    batches, best, folder = recorder.start.batches, recorder.best, recorder.writer.folder
    asked = make_callbacks(spec, folder, batches.before.epochs)
    parts: dict[str, Stateful] = {
        "stopping": stopping,
        "recorder": recorder,
        "phases": recorder.phases,
    }
    if best is not None:
        parts["best"] = best
    averaging = None
    if spec.training.averaging is not None:
        averaging = Averaging(spec.training.averaging, batches, spec.training.epochs, stop)
        parts["averaging"] = averaging
    training = Training(model, parts | remembering(spec, asked))
    checkpoints = Checkpoints(training, batches, folder, spec.training.checkpoint, stop, averaging)
    # Callbacks that look at the weights of an epoch see the average; those after it do not.
    callbacks = [recorder.start, *asked, *([averaging] if averaging else [])]
    callbacks += [stopping, *([best] if best else []), recorder]
    callbacks += [*([averaging.raw] if averaging else []), *watching, checkpoints, stop]
    interrupted = False
    try:
        with overwriting(model):
            _fit_epochs(prepared, checkpoints, callbacks, start)
    except Interrupted:
        interrupted = True
    except KspecError:
        raise
    except Exception as error:
        if batches.error is not None:
            raise batches.error from error
        message = f"Keras broke off the training: {said_by(error)}"
        raise RunError(message) from error
    if averaging is not None:
        averaging.give(model)
    if best is not None:
        best.give(model)
    recorder.finish(interrupted=interrupted)
    return not interrupted


def _fit_epochs(
    prepared: Prepared,
    checkpoints: Checkpoints,
    callbacks: Sequence[keras.callbacks.Callback],
    start: Checkpoint | None,
) -> None:
    """Let Keras train until the phase ends, from `start` if it is given."""
    model, given, batches = prepared.model, prepared.given, checkpoints.batches
    validation = prepared.batches(given.validation) if given.validation else None
    first = batches.before.epochs
    end = first + prepared.spec.training.epochs
    while True:
        if start is not None:
            checkpoints.start_from(start)
            first = start.position.epoch
            if start.position.step == 0 and (start.state["stop"] or first >= end):
                # Only what Keras does at the very end is left.
                model.optimizer.finalize_variable_values(model.trainable_weights)
                return
        alone = batches.skipped > 0  # (See `Checkpoints`.)
        model.fit(
            batches,
            validation_data=validation,
            initial_epoch=first,
            epochs=first + 1 if alone else end,
            callbacks=callbacks,
            shuffle=False,
            verbose=0,
        )
        if not alone:
            return
        start = checkpoints.last
