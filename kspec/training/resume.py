"""A run that ended before its time, gone on with."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import keras

from kspec import __version__, backends
from kspec.backends import Choice, devices, threads
from kspec.errors import RunError
from kspec.experiment.prepare import Prepared, prepare
from kspec.runs.checkpoints import FOLDER, recover
from kspec.runs.difference import Difference, differences
from kspec.runs.read import Run
from kspec.runs.record import has_seam
from kspec.runs.writer import RunWriter
from kspec.spec.canonical import canonical
from kspec.spec.models import Spec
from kspec.training.callbacks import remove_logs
from kspec.training.determinism import make_deterministic
from kspec.training.reporter import Quiet, Reporter
from kspec.training.train import carry_out, identity

__all__ = ["changes_of", "resume"]

# A changed experiment is one thing; what it is called, how often it is saved, and where the same
# data lies (its fingerprint is compared) is another.
BESIDE = re.compile(
    r"(\$schema|name|description|reference|expect|allow|training\.checkpoint|data\.(path|source))\b.*"
)


def changes_of(recorded: Spec, spec: Spec) -> list[Difference]:
    """What differs in `spec` from the `recorded` one of a run; nothing if both mean the same."""
    before, after = ({**canonical(one), "seed": one.seed} for one in (recorded, spec))
    if not _counting(differences(before, after)):
        return []
    return _counting(differences(recorded.resolved(), spec.resolved()))


def _counting(found: Iterable[Difference]) -> list[Difference]:
    return [one for one in found if not BESIDE.fullmatch(one.path)]


def resume(
    run: Run,
    spec: Spec,
    *,
    recorded: Spec,
    choice: Choice,
    allow_change: bool = False,
    command: Sequence[str] = (),
    reporter: Reporter | None = None,
) -> Run:
    """Go on with `run` on the backend `choice`, which must be active, and return the run.

    `spec` is what to train, `recorded` what the run has as its own. It starts from the newest
    checkpoint that is whole, and ends as it would have without the interruption: on the same
    backend, versions and number of threads to the last bit, where the backend's own computations
    are reproducible (`training.deterministic`).

    Raises RunError for a run that is over, that another process is writing, whose checkpoints are
    all damaged or do not fit; and for a changed spec or changed data, unless `allow_change`.
    """
    reporter = reporter or Quiet()
    began = time.monotonic()
    changes = changes_of(recorded, spec)
    if changes and not allow_change:
        shown = "\n".join(f"  {change}" for change in changes)
        raise RunError(
            f"{run.path} was begun with another spec:\n{shown}\n"
            "--allow-change goes on with the new one, and records the change"
        )
    if run.is_finished and run.result["status"] != "interrupted" and not changes:
        raise RunError(f"{run.path} is {run.result['status']}: there is nothing to go on with")
    with RunWriter.reopen(run.path, spec.name) as writer:
        if spec.training.deterministic:
            make_deterministic()
        prepared = prepare(spec, Path(run.environment["data"]["root"]))
        _same_data(run, prepared, allow_change=allow_change)
        start, damaged = recover(run.path)
        for sentence in damaged:
            reporter.note(f"{sentence}; going on from the one before")
        environment = dict(run.environment)
        resumed = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "epoch": start.position.epoch if start else 0,
            "step": start.position.step if start else 0,
            "backend": choice.name,
            "backend_version": backends.version(choice.name),
            "why_backend": choice.why,
            "devices": list(devices(choice.name)),
            "threads": threads(choice.name),
            "kspec": __version__,
            "keras": keras.__version__,
            "command": list(command),
            "changes": [change.to_json() for change in changes],
            "damaged": damaged,
        }
        environment["resumed"] = [*environment.get("resumed", ()), resumed]
        environment["identity"] = identity(prepared)
        writer.write_environment(environment)
        writer.begin_again(spec.resolved())
        if start is None:
            writer.write_history(())
            remove_logs(spec, run.path)
            reporter.note("the run ended before its first checkpoint: it begins anew")
        else:
            reporter.note(f"going on after {start.position}, from {run.path / FOLDER}")
        if start is not None and changes:
            # What stopped it under the old spec need not under the new one.
            start.state["stop"] = False
            start.state["parts"]["stopping"]["stopped_by"] = None
        return carry_out(
            prepared,
            writer,
            choice,
            reporter,
            began=began,
            start=start,
            segment=len(environment["resumed"]) if has_seam(environment) else None,
        )


def _same_data(run: Run, prepared: Prepared, *, allow_change: bool) -> None:
    if prepared.dataset.fingerprint != run.environment["data"]["fingerprint"] and not allow_change:
        raise RunError(
            f"the data is not what {run.path} was trained on: {prepared.dataset.source}; "
            "--allow-change goes on with it"
        )
