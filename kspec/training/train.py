"""A spec to a run: prepare, fit, evaluate, and everything written on the way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from kspec.backends import Choice, devices
from kspec.experiment.prepare import Prepared, prepare
from kspec.model.table import tabulate
from kspec.runs.checkpoints import Checkpoint
from kspec.runs.history import NOT_MEASURED
from kspec.runs.read import Run
from kspec.runs.record import Result
from kspec.runs.writer import RunWriter
from kspec.spec.canonical import spec_hash
from kspec.spec.models import Spec
from kspec.spec.monitors import kept_epoch_note, which_epoch, why_kept
from kspec.training.best_epoch import BestEpoch, Stopping
from kspec.training.callbacks import make_callbacks
from kspec.training.determinism import make_deterministic
from kspec.training.environment import surroundings, what_is_trained
from kspec.training.fit import fit
from kspec.training.generators import seeded_generators
from kspec.training.interrupt import Interrupted, StopBetweenSteps, catch_interrupt
from kspec.training.progress import StepReports
from kspec.training.recorder import EpochStart, Recorder
from kspec.training.reporter import Plan, Quiet, Reporter
from kspec.training.testing import measure

__all__ = ["carry_out", "train"]


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
    `runs` the folder that the run's own folder is made in. Ctrl-C and SIGTERM end the training
    after the step under way: the run keeps everything and its status is "interrupted". Raises
    BuildError and DataError before any folder is made.
    """
    began = time.monotonic()
    if spec.training.deterministic:
        make_deterministic()
    prepared = prepare(spec, root)
    make_callbacks(spec, Path())  # What cannot be made is refused before there is a folder.
    digest = spec_hash(spec)
    with RunWriter.create(runs, spec.name, spec.resolved(), source, digest=digest) as writer:
        writer.write_environment(surroundings(choice, command) | what_is_trained(prepared, root))
        return carry_out(prepared, writer, choice, reporter or Quiet(), began=began)


def carry_out(
    prepared: Prepared,
    writer: RunWriter,
    choice: Choice,
    reporter: Reporter,
    *,
    began: float,
    start: Checkpoint | None = None,
    segment: int | None = None,
) -> Run:
    """Fit, from `start` if it is given, evaluate, and write the result.

    `segment` goes into the rows of the history that are still to come.
    """
    spec = prepared.spec
    kept = which_epoch(spec.training.early_stopping)
    best = BestEpoch(kept) if kept else None
    stopping = Stopping(spec.training.early_stopping)
    stop = StopBetweenSteps()
    epoch_start = EpochStart(prepared.train_batches())
    recorder = Recorder(writer, epoch_start, best, reporter, began=began)
    recorder.segment = segment
    reporter.begin(_plan(prepared, recorder, choice))
    note = kept_epoch_note(spec.training.early_stopping)
    if note is not None:
        reporter.note(note)
    with catch_interrupt(stop, reporter.note), seeded_generators(spec.seed):
        steps = StepReports(reporter, epoch_start.batches)
        interrupted = not fit(prepared, recorder, stopping, stop, start=start, watching=[steps])
        test: dict[str, float] = {}
        if not interrupted:
            try:
                test = measure(prepared, writer.folder, stop)
            except Interrupted:
                interrupted = True
    stopped_by = stop.signal if interrupted else stopping.stopped_by
    result = _result(prepared, recorder, stopped_by, interrupted, test)
    writer.write_result(result)
    reporter.end(result)
    return Run.open(writer.folder)


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


def _result(
    prepared: Prepared,
    recorder: Recorder,
    stopped_by: str | None,
    interrupted: bool,
    test: dict[str, float],
) -> Result:
    spec, rows, best = prepared.spec, recorder.rows, recorder.best
    row = rows[recorder.best_epoch - 1] if recorder.best_epoch else {}
    table = tabulate(prepared.model)
    if interrupted:
        status = "interrupted"
    else:
        status = "completed" if len(rows) == spec.training.epochs else "stopped early"
    measured = {name: value for name, value in row.items() if name not in NOT_MEASURED}
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
        "stopped_by": stopped_by,
        "train": {name: v for name, v in measured.items() if not name.startswith("val_")},
        "validation": {
            name.removeprefix("val_"): v for name, v in measured.items() if name.startswith("val_")
        },
        "test": test,
        "reference": spec.reference.model_dump() if spec.reference else None,
        "seconds": round(recorder.seconds, 3),
        "total_params": table.total_params,
        "trainable_params": table.trainable_params,
    }
