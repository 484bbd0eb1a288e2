"""A spec to a run: prepare, fit, evaluate, and everything written on the way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kspec.backends import Choice, devices
from kspec.errors import KspecError, RunError, keras_says
from kspec.model.table import tabulate
from kspec.runs.read import Run
from kspec.runs.record import Result, environment
from kspec.runs.writer import RunWriter
from kspec.spec.models import Spec
from kspec.spec.monitors import which_epoch
from kspec.training.best_epoch import BestEpoch, Stopping
from kspec.training.callbacks import make_callbacks
from kspec.training.interrupt import Interrupted, StopBetweenSteps, catch_interrupt
from kspec.training.prepare import Prepared, prepare
from kspec.training.progress import Plan, Quiet, Reporter, StepReports
from kspec.training.recorder import EpochStart, Recorder

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
        recorder = fit(prepared, writer, reporter, choice, best=best, stopping=stopping, stop=stop)
        test: dict[str, float] = {}
        if prepared.dataset.test is not None and not stop.asked:
            batches = prepared.batches(prepared.dataset.test)
            test = prepared.model.evaluate(batches, return_dict=True, verbose=0)
        result = _result(prepared, recorder, best, stopping, stop, test, time.monotonic() - began)
        writer.write_result(result)
    reporter.end(result)
    return Run.open(writer.folder)


def fit(
    prepared: Prepared,
    writer: RunWriter,
    reporter: Reporter,
    choice: Choice,
    *,
    best: BestEpoch | None,
    stopping: Stopping,
    stop: StopBetweenSteps,
) -> Recorder:
    """Fit the model, writing as it goes; afterwards the model has the kept epoch's weights."""
    spec, dataset, model = prepared.spec, prepared.dataset, prepared.model
    batches = prepared.train_batches()
    start = EpochStart(batches)
    recorder = Recorder(writer, start, best, reporter)
    callbacks = [start, *make_callbacks(spec, writer.folder), stopping]
    callbacks += [best] if best else []
    callbacks += [recorder, StepReports(reporter), stop]
    reporter.begin(
        Plan(
            name=spec.name,
            folder=writer.folder,
            backend=choice.name,
            why_backend=choice.why,
            devices=tuple(devices(choice.name)),
            data=dataset.source,
            train_samples=len(dataset.train),
            validation_samples=len(dataset.validation) if dataset.validation else 0,
            test_samples=len(dataset.test) if dataset.test else 0,
            total_params=model.count_params(),
            epochs=spec.training.epochs,
            steps=len(batches),
            monitor=best.monitor if best else None,
        )
    )
    try:
        with catch_interrupt(stop, lambda: reporter.note(STOPPING)):
            model.fit(
                batches,
                validation_data=prepared.batches(dataset.validation)
                if dataset.validation
                else None,
                epochs=spec.training.epochs,
                callbacks=callbacks,
                shuffle=False,
                verbose=0,
            )
    except Interrupted:
        pass  # `stop.asked` says so.
    except KspecError:
        raise
    except Exception as error:
        raise RunError(f"Keras broke off the training: {keras_says(error)}") from error
    if best is not None:
        best.restore()
    recorder.finish()
    return recorder


def _environment(
    prepared: Prepared, choice: Choice, command: Sequence[str], root: Path
) -> dict[str, Any]:
    dataset = prepared.dataset
    return environment(choice.name, list(command)) | {
        "why_backend": choice.why,
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
    best: BestEpoch | None,
    stopping: Stopping,
    stop: StopBetweenSteps,
    test: dict[str, float],
    seconds: float,
) -> Result:
    spec, rows = prepared.spec, recorder.rows
    row = rows[recorder.best_epoch - 1] if recorder.best_epoch else {}
    table = tabulate(prepared.model)
    if stop.asked:
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
        else {"monitor": best.monitor, "mode": best.way, "value": best.value},
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
