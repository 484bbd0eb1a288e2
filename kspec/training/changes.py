"""What has changed in a spec since a run was started with it; needs no framework."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from kspec.errors import RunError
from kspec.plugins.recorded import changed
from kspec.runs.difference import Difference, differences
from kspec.runs.find import find_runs
from kspec.runs.read import Run
from kspec.spec.canonical import canonical, spec_hash
from kspec.spec.models import Spec

__all__ = ["changes_of", "newest_of", "require_resumable"]

# Keys that do not change the experiment: what it is called, how often it is saved, which trackers
# are told of it, and where the same data is stored (its fingerprint is compared).
BESIDE = re.compile(
    r"(\$schema|name|description|reference|expect|allow|training(\[0\])?\.(checkpoint|trackers)|data\.(path|source))\b.*"
)


def changes_of(recorded: Spec, spec: Spec) -> list[Difference]:
    """The differences of `spec` from the `recorded` one of a run; none if both mean the same."""
    before, after = ({**canonical(one), "seed": one.seed} for one in (recorded, spec))
    if not _counting(differences(before, after)):
        return []
    before, after = (one.resolved() for one in (recorded, spec))
    if isinstance(before["training"], list) or isinstance(after["training"], list):
        for values in (before, after):
            if not isinstance(values["training"], list):
                values["training"] = [values["training"]]
    return _counting(differences(before, after))


def newest_of(spec: Spec, run_dir: Path) -> tuple[Run | None, list[Path]]:
    """The newest run of `spec` and its seed below `run_dir`, if there is one.

    Also the damaged runs of that name that are newer, as it is unknown what they have trained.
    """
    wanted = spec_hash(spec), spec.seed
    damaged = []
    for found in find_runs(run_dir / spec.name):
        if found.status == "damaged":
            damaged.append(found.path)
        elif found.identity is not None:  # Otherwise it was killed before it had started.
            run = Run.open(found.path)
            identity = run.recorded("identity", "spec", "seed")
            if (identity["spec"], identity["seed"]) == wanted:
                return run, damaged
    return None, damaged


def require_resumable(
    run: Run, recorded: Spec, spec: Spec, *, allow_change: bool
) -> list[Difference]:
    """What has changed since the run was started.

    Raises RunError for a run that has ended, and for a change that was not allowed.
    """
    changes = changes_of(recorded, spec)
    if changes and not allow_change:
        shown = "\n".join(f"  {change}" for change in changes)
        raise RunError(
            f"{run.path} was begun with another spec:\n{shown}\n"
            "--allow-change goes on with the new one, and records the change"
        )
    others = changed(run.environment)
    if others and not allow_change:
        raise RunError(
            f"{run.path} was begun with another state of {' and '.join(others)}; "
            "--allow-change goes on with the present one, and records the change"
        )
    if run.is_finished and run.result["status"] != "interrupted" and not changes:
        raise RunError(f"{run.path} is {run.result['status']}: there is nothing to resume")
    return changes


def _counting(found: Iterable[Difference]) -> list[Difference]:
    return [one for one in found if not BESIDE.fullmatch(one.path)]
