"""Resumes a run that was interrupted."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from kspec.backends import Choice
from kspec.errors import RunError
from kspec.experiment.prepare import prepare
from kspec.experiment.prepared import Prepared
from kspec.model.backbone import BackboneError
from kspec.model.backbone.archive import fill_from_archive
from kspec.model.backbone.fill import WeightsFile
from kspec.plugins.recorded import changed
from kspec.runs.checkpoints import FOLDER, Checkpoint, Position, has_checkpoint, recover
from kspec.runs.difference import Difference
from kspec.runs.read import Run
from kspec.runs.record import has_seam
from kspec.runs.writer import RunWriter
from kspec.spec.catalog import Entry, find
from kspec.spec.load import require_fit
from kspec.spec.models import KerasObject, Spec
from kspec.training.callbacks import make_callbacks, remove_logs
from kspec.training.changes import require_resumable
from kspec.training.determinism import make_deterministic
from kspec.training.environment import other_weights, surroundings, what_is_trained
from kspec.training.generators import seeded_generators
from kspec.training.phases import Phases, phase_of
from kspec.training.reporter import Quiet, Reporter
from kspec.training.state import Training
from kspec.training.trackers.names import require as require_trackers
from kspec.training.trackers.tracked import tracked
from kspec.training.train import carry_out

__all__ = ["OtherDataError", "resume"]

# In a training with phases also training[1].optimizer.learning_rate.
RATE = re.compile(r"training(\[\d+\])?\.optimizer\.learning_rate")
# Keys that determine which samples a step takes.
BATCHES = re.compile(r"(seed|data|training(\[\d+\])?\.(batch_size|steps_per_epoch))\b.*")
# Keys of one phase.
PHASE = re.compile(r"training\[(\d+)\].*")


class OtherDataError(RunError):
    """The data has changed since the run was started."""


def resume(
    run: Run,
    spec: Spec,
    *,
    recorded: Spec,
    root: Path,
    choice: Choice,
    allow_change: bool = False,
    command: Sequence[str] = (),
    reporter: Reporter | None = None,
) -> Run:
    """Continue `run` on the backend `choice`, which must be active, and return the run.

    `spec` is what to train, `recorded` the run's own spec, `root` the folder that relative data
    paths start from. It continues from the newest intact checkpoint, and ends as it would have
    without the interruption: with the same backend, versions and number of threads to the last bit,
    if the backend's own computations are reproducible (`training.deterministic`).

    The run is not touched until everything is found to fit. Raises SpecError for a changed spec
    that cannot be trained on its data; RunError for a run that has ended, that another process is
    writing, or whose checkpoints are all damaged or do not fit, and for a changed spec, plugin or
    data (OtherDataError), unless `allow_change`.
    """
    reporter = reporter or Quiet()
    began = time.monotonic()
    require_trackers(spec.training.trackers)
    changes = require_resumable(run, recorded, spec, allow_change=allow_change)
    if changes:
        require_fit(spec)
    with RunWriter(run.path, spec.name) as writer:
        if spec.training.deterministic:
            make_deterministic()
        prepared = _prepared(run, spec, root, lowering=choice.lowering)
        other = other_weights(run.environment, prepared.weights)
        if other is not None and not allow_change:
            raise RunError(f"{other}; --allow-change goes on with the present ones")
        other_data = _has_other_data(run, prepared, allow_change=allow_change)
        for number in range(len(spec.phases)):
            make_callbacks(spec.in_phase(number), run.path)
        start, damaged = recover(run.path)
        for sentence in damaged:
            reporter.note(f"{sentence}; resuming from the one before")
        if start is None:
            reporter.note("there is no checkpoint: the run starts over")
        else:
            _require_room(run, spec, start)
            start = _under(start, spec, changes, other_data=other_data, reporter=reporter)
            with seeded_generators(spec.seed):  # A trial: the caller's generators are kept.
                Training(prepared.in_phase(phase_of(start)).model, {}).restore(start)
            reporter.note(f"going on after {start.position}, from {run.path / FOLDER}")
        if start is None or phase_of(start) == 0:
            prepared = prepared.with_features(reporter.note)
        entry = surroundings(choice, command) | {
            "epoch": start.position.epoch if start else 0,
            "step": start.position.step if start else 0,
            "changes": [change.to_json() for change in changes],
            "changed_plugins": changed(run.environment),
            "damaged": damaged,
        }
        environment = run.environment | what_is_trained(prepared, root)
        environment["resumed"] = [*environment.get("resumed", ()), entry]
        writer.write_environment(environment)
        writer.keep_backbones(prepared.networks)
        writer.begin_again(spec.resolved())
        if start is None:
            writer.write_history(())
            remove_logs(spec, run.path)
        ended = start.position.epoch if start else 0
        with tracked(spec.training.trackers, writer.folder, ended, reporter) as told:
            return carry_out(
                prepared,
                writer,
                choice,
                told,
                began=began,
                start=start,
                segment=len(environment["resumed"]) if has_seam(environment) else None,
            )


def _has_other_data(run: Run, prepared: Prepared, *, allow_change: bool) -> bool:
    """Whether the data has changed since the run was started. Raises OtherDataError if it has,
    unless `allow_change`."""
    known = run.recorded("data", "fingerprint")["fingerprint"]
    if prepared.dataset.fingerprint == known:
        return False
    if not allow_change:
        raise OtherDataError(
            f"the data is not what {run.path} was trained on: {prepared.dataset.source}; "
            "--allow-change goes on with it"
        )
    return True


def _require_room(run: Run, spec: Spec, start: Checkpoint) -> None:
    """Raise RunError if the spec has fewer phases, or epochs, than the run has begun."""
    phase = phase_of(start)
    if phase >= len(spec.phases):
        raise RunError(
            f"{run.path} is in phase {phase + 1}, but the spec ends with phase {len(spec.phases)}"
        )
    begun = start.position.epoch + (start.position.step > 0) - Phases.at(start).before.epochs
    allowed = spec.phases[phase].epochs
    if begun > allowed:
        within = f" in phase {phase + 1}" if len(spec.phases) > 1 else ""
        raise RunError(
            f"{run.path} is in epoch {begun}{within}, but the spec ends after {allowed}: "
            "what has been trained cannot be undone"
        )


def _prepared(run: Run, spec: Spec, root: Path, *, lowering: bool) -> Prepared:
    """As `prepare`; the initial weights of backbones are needed only if there is no checkpoint.

    A checkpoint holds all weights, and the run recorded which files the backbones started with. The
    checkpoint of a head on features lacks the layers before it; the saved model has those.
    """
    if not has_checkpoint(run.path):
        return prepare(spec, root, lowering=lowering)
    in_features = spec.training.features is not None
    if in_features and not run.model_path.is_file():
        return prepare(spec, root, lowering=lowering)
    recorded = tuple(WeightsFile(**each) for each in run.environment.get("weights", ()))
    prepared = prepare(spec, root, pretrained=False, lowering=lowering)
    prepared = replace(prepared, weights=recorded)
    if in_features:
        try:
            fill_from_archive(prepared.whole, run.model_path)
        except BackboneError:  # Damaged, or the model of another spec.
            return prepare(spec, root, lowering=lowering)
    return prepared


def _under(
    start: Checkpoint,
    spec: Spec,
    changes: Sequence[Difference],
    *,
    other_data: bool,
    reporter: Reporter,
) -> Checkpoint:
    """The checkpoint to resume from, adapted to the changes that led to `spec`."""
    if not changes and not other_data:
        return start
    phase = phase_of(start)
    if any(number is not None and number < phase for number in map(_phase, changes)):
        reporter.note(f"changes before phase {phase + 1} have no effect: that part is over")
    changes = [change for change in changes if _phase(change) in (None, phase)]
    if changes or other_data:
        # What stopped it under the old spec may not apply under the new one.
        parts = {**start.state["parts"]}
        parts["stopping"] = {**parts["stopping"], "stopped_by": None}
        start = replace(start, state={**start.state, "stop": False, "parts": parts})
    if any(RATE.fullmatch(change.path) for change in changes):
        rate = _rate(spec.in_phase(phase).training.optimizer)
        start = start if rate is None else _with_rate(start, rate)
    others = other_data or any(BATCHES.fullmatch(change.path) for change in changes)
    if others and start.position.step:
        reporter.note(f"epoch {start.position.epoch + 1} starts over: its batches have changed")
        start = replace(start, position=Position(start.position.epoch, 0))
    return start


def _phase(change: Difference) -> int | None:
    """The phase that a change belongs to, from 0; None if it concerns all."""
    of_one = PHASE.fullmatch(change.path)
    return int(of_one[1]) if of_one else None


def _rate(optimizer: KerasObject) -> float | None:
    """The constant learning rate of an optimizer, its default if the spec says none."""
    entry = find("optimizers", optimizer.type)
    known = entry.arguments.get("learning_rate") if isinstance(entry, Entry) else None
    rate = optimizer.arguments.get("learning_rate", known.default if known else None)
    return float(rate) if isinstance(rate, (int, float)) else None


def _with_rate(start: Checkpoint, rate: float) -> Checkpoint:
    """The checkpoint with another learning rate in the optimizer's variable."""
    paths: list[str] = start.state["paths"]["optimizer"]
    for number, path in enumerate(paths):
        # (With a scaled loss there is a second one, which is never read.)
        if path.rpartition("/")[2] == "learning_rate":
            name = f"optimizer/{number:05d}"
            arrays = {**start.arrays, name: np.array(rate, start.arrays[name].dtype)}
            start = replace(start, arrays=arrays)
    return start
