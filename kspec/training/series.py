"""Specs trained one after the other, without repeating what has been trained already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kspec.backends import Choice
from kspec.runs.find import find_runs
from kspec.runs.folder import RESOLVED
from kspec.runs.read import Run
from kspec.spec.canonical import spec_hash
from kspec.spec.load import load
from kspec.spec.models import Spec
from kspec.training.reporter import Reporter
from kspec.training.resume import OtherDataError, resume
from kspec.training.train import train

__all__ = ["Trained", "go_on", "is_done", "train_once"]


@dataclass(frozen=True)
class Trained:
    """A run; `was_done` says whether it had already ended."""

    run: Run
    was_done: bool


def train_once(
    spec: Spec,
    *,
    choice: Choice,
    source: bytes,
    root: Path,
    runs: Path,
    command: Sequence[str] = (),
    reporter: Reporter | None = None,
) -> Trained:
    """The run of `spec` on the backend `choice`, which must be active.

    If there are runs below `runs` that have ended, the newest is used as it is; one that was
    interrupted is resumed, unless its data has changed; otherwise `spec` is trained. The arguments
    and the errors are those of `kspec.training.train.train`.
    """
    begun = _begun(spec, choice, runs)
    done = [run for run in begun if is_done(run)]
    if done:
        return Trained(done[0], was_done=True)
    # (A run that is still running belongs to another process.)
    for run in (run for run in begun if run.status in ("interrupted", "incomplete")):
        try:
            gone_on = go_on(run, spec, root=root, choice=choice, command=command, reporter=reporter)
        except OtherDataError:
            continue
        return Trained(gone_on, was_done=False)
    run = train(
        spec,
        choice=choice,
        source=source,
        root=root,
        runs=runs,
        command=command,
        reporter=reporter,
    )
    return Trained(run, was_done=False)


def go_on(
    run: Run,
    spec: Spec,
    *,
    root: Path,
    choice: Choice,
    command: Sequence[str],
    reporter: Reporter | None,
) -> Run:
    """Resume `run`, which trains `spec`, with lowered layers if it had them; raises what
    `kspec.training.resume.resume` does."""
    return resume(
        run,
        spec,
        recorded=load(run.path / RESOLVED, confined=False),
        root=root,
        choice=replace(choice, lowering=run.lowering),
        command=command,
        reporter=reporter,
    )


def is_done(run: Run) -> bool:
    """Whether a run has ended without being interrupted."""
    return run.is_finished and run.result["status"] != "interrupted"


def _begun(spec: Spec, choice: Choice, runs: Path) -> list[Run]:
    """The runs of this spec and seed on that backend, newest first."""
    wanted = spec_hash(spec), spec.seed
    found = []
    for summary in find_runs(runs / spec.name):
        # (Without an identity it was killed before it had started.)
        if summary.status == "damaged" or summary.identity is None:
            continue
        run = Run.open(summary.path)
        identity = run.recorded("identity", "spec", "seed")
        if (identity["spec"], identity["seed"]) == wanted and run.backends == (choice.name,):
            found.append(run)
    return found
