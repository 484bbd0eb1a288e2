"""From a spec to a run: prepare, fit, evaluate, and write everything along the way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from kspec.backends import Choice, devices
from kspec.experiment.prepare import prepare
from kspec.experiment.prepared import Prepared
from kspec.model.table import tabulate
from kspec.runs.checkpoints import Checkpoint
from kspec.runs.history import NOT_MEASURED
from kspec.runs.read import Run
from kspec.runs.record import PhaseResult, Result
from kspec.runs.writer import RunWriter
from kspec.spec.base import base_of
from kspec.spec.canonical import spec_hash
from kspec.spec.load import require_fit
from kspec.spec.models import Spec, Training
from kspec.spec.monitors import kept_epoch_note, which_epoch, why_kept
from kspec.training.averaging import nothing_taken
from kspec.training.best_epoch import BestEpoch, Stopping
from kspec.training.callbacks import make_callbacks, remove_logs
from kspec.training.determinism import make_deterministic
from kspec.training.environment import surroundings, what_is_trained
from kspec.training.fit import fit
from kspec.training.generators import seeded_generators
from kspec.training.interrupt import Interrupted, StopBetweenSteps, catch_interrupt
from kspec.training.phases import Phases, worse_than_before
from kspec.training.pictures import keep_augmented
from kspec.training.progress import StepReports
from kspec.training.recorder import EpochStart, Recorder
from kspec.training.reporter import Plan, Quiet, Reporter
from kspec.training.testing import measure
from kspec.training.trackers.names import require as require_trackers
from kspec.training.trackers.tracked import tracked

__all__ = ["carry_out", "train"]


def train(
    spec: Spec,
    *,
    choice: Choice,
    source: bytes,
    root: Path,
    runs: Path,
    folder: Path | None = None,
    command: Sequence[str] = (),
    reporter: Reporter | None = None,
    for_good: bool = True,
) -> Run:
    """Train `spec` on the backend `choice`, which must be active, and return the run.

    `source` is the spec as it was given, `root` the folder that relative data paths start from,
    `runs` the folder in which the run's own folder is made, unless `folder` names that. Ctrl-C and
    SIGTERM end the training after the current step: the run keeps everything and its status is
    "interrupted". If it is not `for_good`, the folder is not reported. Raises SpecError, BuildError
    and DataError before any folder is made, and UsageError for a tracker that is not installed.
    """
    began = time.monotonic()
    require_fit(spec)
    require_trackers(spec.training.trackers)
    if spec.training.deterministic:
        make_deterministic()
    prepared = prepare(spec, root, lowering=choice.lowering)
    # Checked before there is a folder: what cannot be built, and what takes long and may fail.
    for number in range(len(spec.phases)):
        make_callbacks(spec.in_phase(number), Path())
    reporter = reporter or Quiet()
    for problem in prepared.broken_claims:
        reporter.note(f"{problem.place}: {problem.message}")
    prepared = prepared.with_features(reporter.note)
    digest = spec_hash(spec)
    base = base_of(spec)
    with RunWriter.create(
        runs, spec.name, spec.resolved(), source, digest=digest, folder=folder
    ) as writer:
        writer.write_environment(surroundings(choice, command) | what_is_trained(prepared, root))
        writer.keep_backbones(prepared.networks)
        if base is not None:
            writer.write_base(base)
        with tracked(spec.training.trackers, writer.folder, 0, reporter) as told:
            return carry_out(prepared, writer, choice, told, began=began, for_good=for_good)


def carry_out(
    prepared: Prepared,
    writer: RunWriter,
    choice: Choice,
    reporter: Reporter,
    *,
    began: float,
    start: Checkpoint | None = None,
    segment: int | None = None,
    for_good: bool = True,
) -> Run:
    """Fit phase after phase, from `start` if it is given, evaluate, and write the result.

    `segment` goes into the new rows of the history.
    """
    spec, phases, stop = prepared.spec, Phases.at(start), StopBetweenSteps()
    several = len(spec.phases) > 1
    recorder = Recorder(
        writer,
        prepared.whole,
        phases,
        reporter,
        several=several,
        began=began,
        segment=segment,
    )
    came_to: PhaseResult | None = None
    test: dict[str, float] = {}
    with catch_interrupt(stop, reporter.note), seeded_generators(spec.seed):
        keep_augmented(prepared, writer.folder)
        while True:
            here = prepared.in_phase(phases.number)
            stopping = _enter(here, recorder)
            plan = _plan(here, recorder, choice, phases=len(spec.phases), for_good=for_good)
            _announce(plan, here.spec.training, came_to, reporter)
            steps = StepReports(reporter, recorder.start.batches, here.spec)
            interrupted = not fit(here, recorder, stopping, stop, start=start, watching=[steps])
            came_to = _phase_result(here, recorder, stopping.stopped_by)
            if interrupted or phases.number + 1 == len(spec.phases):
                break
            phases.end(came_to, recorder.start.batches.after(recorder.epochs))
            remove_logs(spec, writer.folder, phases.number)
            start = None
        if not interrupted:
            try:
                test = measure(here, writer.folder, stop)
            except Interrupted:
                interrupted = True
    if interrupted:
        came_to = {**came_to, "status": "interrupted", "stopped_by": stop.signal}
    result = _result(here, recorder, came_to, test)
    if several:
        result["phases"] = [*phases.ended, came_to]
        worse = None if interrupted else worse_than_before(spec, result["phases"])
        if worse is not None:
            reporter.note(worse)
    writer.write_result(result)
    reporter.end(result)
    if stop.asked and not interrupted:  # Too late for this run, but another may be next.
        raise KeyboardInterrupt
    return Run.open(writer.folder)


def _enter(here: Prepared, recorder: Recorder) -> Stopping:
    """Let the recorder begin the phase, and return the callback that may stop it."""
    training, before = here.spec.training, recorder.phases.before
    kept = which_epoch(training.early_stopping)
    recorder.writer.write_parameters(tabulate(here.whole).to_json())
    start = EpochStart(here.train_batches(before))
    recorder.enter(start, BestEpoch(kept) if kept else None, here.spec)
    return Stopping(training.early_stopping, before.epochs)


def _plan(
    here: Prepared, recorder: Recorder, choice: Choice, *, phases: int, for_good: bool
) -> Plan:
    spec, dataset, best = here.spec, here.dataset, recorder.best
    number, before = recorder.phases.number, recorder.phases.before
    return Plan(
        name=spec.name,
        folder=recorder.writer.folder if for_good else None,
        backend=choice.name,
        why_backend=choice.why,
        devices=tuple(devices(choice.name)),
        data=dataset.source,
        train_samples=len(dataset.train),
        validation_samples=len(dataset.validation) if dataset.validation else 0,
        test_samples=len(dataset.test) if dataset.test else 0,
        total_params=here.whole.count_params(),
        epochs=before.epochs + spec.training.epochs,
        steps=recorder.start.batches.steps,
        monitor=best.monitor if best else None,
        phase=number + 1,
        phases=phases,
        first_epoch=before.epochs + 1,
        trained_params=tabulate(here.whole).trainable_params if phases > 1 else None,
    )


def _announce(
    plan: Plan, training: Training, ended: PhaseResult | None, reporter: Reporter
) -> None:
    """Report the phase that begins, after the one that has `ended`, and what to know about it."""
    if ended is None:
        reporter.begin(plan)
    else:
        reporter.phase(ended, plan)
    for note in (
        kept_epoch_note(training.early_stopping),
        nothing_taken(training.averaging, training.epochs * plan.steps),
    ):
        if note is not None:
            reporter.note(note)


def _phase_result(here: Prepared, recorder: Recorder, stopped_by: str | None) -> PhaseResult:
    """The result of the phase, as long as it has not been interrupted."""
    training, rows, best = here.spec.training, recorder.rows, recorder.best
    row = rows[recorder.best_epoch - 1] if recorder.best_epoch else {}
    measured = {name: value for name, value in row.items() if name not in NOT_MEASURED}
    return {
        "status": "completed" if recorder.epochs >= training.epochs else "stopped early",
        "epochs": recorder.epochs,
        "best_epoch": recorder.best_epoch,
        "kept": None
        if best is None
        else {
            "monitor": best.monitor,
            "mode": best.way,
            "value": best.value,
            "why": why_kept(training.early_stopping),
        },
        "stopped_by": stopped_by,
        "train": {name: v for name, v in measured.items() if not name.startswith("val_")},
        "validation": {
            name.removeprefix("val_"): v for name, v in measured.items() if name.startswith("val_")
        },
        "trainable_params": tabulate(here.whole).trainable_params,
    }


def _result(
    here: Prepared, recorder: Recorder, came_to: PhaseResult, test: dict[str, float]
) -> Result:
    """The result of the whole training, most of which is that of the last phase."""
    spec, rows = here.spec, recorder.rows
    return {
        "status": came_to["status"],
        "epochs": len(rows),
        "best_epoch": came_to["best_epoch"],
        "kept": came_to["kept"],
        "stopped_by": came_to["stopped_by"],
        "train": came_to["train"],
        "validation": came_to["validation"],
        "test": test,
        "reference": spec.reference.model_dump() if spec.reference else None,
        "seconds": round(recorder.seconds, 3),
        "total_params": tabulate(here.whole).total_params,
        "trainable_params": came_to["trainable_params"],
    }
