"""A spec to a run: prepare, fit, evaluate, and everything written on the way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from kspec.backends import Choice, devices
from kspec.errors import KspecError, RunError
from kspec.model.table import tabulate
from kspec.plugins.blame import said_by
from kspec.plugins.recorded import record
from kspec.runs.read import Run
from kspec.runs.record import Result, environment
from kspec.runs.writer import RunWriter
from kspec.spec.models import Spec
from kspec.spec.monitors import kept_epoch_note, which_epoch, why_kept
from kspec.training.best_epoch import BestEpoch, Stopping
from kspec.training.callbacks import make_callbacks
from kspec.training.interrupt import Interrupted, StopBetweenSteps, catch_interrupt
from kspec.training.prepare import Prepared, prepare
from kspec.training.progress import StepReports
from kspec.training.recorder import EpochStart, Recorder
from kspec.training.reporter import Plan, Quiet, Reporter

__all__ = ["train"]

STOPPING = "stopping after this step; press Ctrl-C again to stop at once"


def train(
    spec: Spec,
    *,
    choice: Choice,
    source: bytes,
    root: Path,
    runs: Path,
    command: Sequence[str] = (),
    reporter: Reporter | None = None,
) -> Run:
    """Train `spec` on the backend `choice`, which must be active, and return the run.

    `source` is the spec as it was given, `root` the folder that relative data paths start from,
    `runs` the folder that the run's own folder is made in. Ctrl-C ends the training after the step
    under way: the run keeps everything and its status is "interrupted". Raises BuildError and
    DataError before any folder is made.
    """
    reporter = reporter or Quiet()
    began = time.monotonic()
    prepared = prepare(spec, root)
    make_callbacks(spec, Path())  # What cannot be made is refused before there is a folder.
    kept = which_epoch(spec.training.early_stopping)
    best = BestEpoch(kept) if kept else None
    stopping = Stopping(spec.training.early_stopping)
    stop = StopBetweenSteps()
    with RunWriter.create(runs, spec.name, spec.resolved(), source) as writer:
        writer.write_environment(_environment(prepared, choice, command, root))
        recorder = Recorder(writer, EpochStart(prepared.train_batches()), best, reporter)
        reporter.begin(_plan(prepared, recorder, choice))
        note = kept_epoch_note(spec.training.early_stopping)
        if note is not None:
            reporter.note(note)
        with catch_interrupt(stop, lambda: reporter.note(STOPPING)):
            interrupted = not fit(
                prepared, recorder, stopping, watching=[StepReports(reporter), stop]
            )
            test: dict[str, float] = {}
            if prepared.dataset.test is not None and not interrupted:
                batches = prepared.batches(prepared.dataset.test)
                try:
                    test = prepared.model.evaluate(
                        batches, callbacks=[stop], return_dict=True, verbose=0
                    )
                except Interrupted:
                    interrupted = True
        seconds = time.monotonic() - began
        result = _result(prepared, recorder, stopping, interrupted, test, seconds)
        writer.write_result(result)
    reporter.end(result)
    return Run.open(writer.folder)


def fit(
    prepared: Prepared,
    recorder: Recorder,
    stopping: Stopping,
    *,
    watching: Sequence[keras.callbacks.Callback],
) -> bool:
    """Fit the model, writing as it goes; afterwards it has the kept epoch's weights.

    False if it was interrupted. Raises RunError for what Keras makes of a spec that it cannot
    train.
    """
    spec, dataset, model = prepared.spec, prepared.dataset, prepared.model
    batches, best = recorder.start.batches, recorder.best
    callbacks = [recorder.start, *make_callbacks(spec, recorder.writer.folder), stopping]
    callbacks += [best] if best else []
    callbacks += [recorder, *watching]
    interrupted = False
    try:
        model.fit(
            batches,
            validation_data=prepared.batches(dataset.validation) if dataset.validation else None,
            epochs=spec.training.epochs,
            callbacks=callbacks,
            shuffle=False,
            verbose=0,
        )
    except Interrupted:
        interrupted = True
    except KspecError:
        raise
    except Exception as error:
        if batches.error is not None:
            raise batches.error from error
        message = f"Keras broke off the training: {said_by(error)}"
        raise RunError(message) from error
    if best is not None:
        best.restore()
    recorder.finish(interrupted=interrupted)
    return not interrupted


def _plan(prepared: Prepared, recorder: Recorder, choice: Choice) -> Plan:
    spec, dataset, best = prepared.spec, prepared.dataset, recorder.best
    return Plan(
        name=spec.name,
        folder=recorder.writer.folder,
        backend=choice.name,
        why_backend=choice.why,
        devices=tuple(devices(choice.name)),
        data=dataset.source,
        train_samples=len(dataset.train),
        validation_samples=len(dataset.validation) if dataset.validation else 0,
        test_samples=len(dataset.test) if dataset.test else 0,
        total_params=prepared.model.count_params(),
        epochs=spec.training.epochs,
        steps=len(recorder.start.batches),
        monitor=best.monitor if best else None,
    )


def _environment(
    prepared: Prepared, choice: Choice, command: Sequence[str], root: Path
) -> dict[str, Any]:
    dataset = prepared.dataset
    return environment(choice.name, list(command)) | {
        "why_backend": choice.why,
        "plugins": record(prepared.spec),
        "devices": list(devices(choice.name)),
        "data": {
            "source": dataset.source,
            "fingerprint": dataset.fingerprint,
            "class_names": list(dataset.class_names),
            "pixels": prepared.pixels.to_json(),
            "class_count": prepared.class_count,
            "root": str(root),
        },
    }


def _result(
    prepared: Prepared,
    recorder: Recorder,
    stopping: Stopping,
    interrupted: bool,
    test: dict[str, float],
    seconds: float,
) -> Result:
    spec, rows, best = prepared.spec, recorder.rows, recorder.best
    row = rows[recorder.best_epoch - 1] if recorder.best_epoch else {}
    table = tabulate(prepared.model)
    if interrupted:
        status = "interrupted"
    else:
        status = "completed" if len(rows) == spec.training.epochs else "stopped early"
    measured = {
        name: value
        for name, value in row.items()
        if name not in ("epoch", "learning_rate", "seconds")
    }
    return {
        "status": status,
        "epochs": len(rows),
        "best_epoch": recorder.best_epoch,
        "kept": None
        if best is None
        else {
            "monitor": best.monitor,
            "mode": best.way,
            "value": best.value,
            "why": why_kept(spec.training.early_stopping),
        },
        "stopped_by": stopping.stopped_by,
        "train": {name: v for name, v in measured.items() if not name.startswith("val_")},
        "validation": {
            name.removeprefix("val_"): v for name, v in measured.items() if name.startswith("val_")
        },
        "test": test,
        "reference": spec.reference.model_dump() if spec.reference else None,
        "seconds": round(seconds, 3),
        "total_params": table.total_params,
        "trainable_params": table.trainable_params,
    }
