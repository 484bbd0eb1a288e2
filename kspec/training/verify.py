"""Does training it again give the result that the run has recorded?"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import keras

from kspec.backends import Choice
from kspec.data.load import load
from kspec.errors import RunError
from kspec.model.build import build_with_weights
from kspec.runs.folder import HISTORY, HISTORY_CSV
from kspec.runs.history import to_csv
from kspec.runs.read import Run
from kspec.runs.record import has_seam
from kspec.spec.models import Spec
from kspec.training.changes import changes_of
from kspec.training.environment import other_weights
from kspec.training.reporter import Quiet, Reporter
from kspec.training.train import train
from kspec.training.trained import open_trained

__all__ = ["TOLERANCE", "Comparison", "Verdict", "verify"]

TOLERANCE = 0.02
"""The tolerance of a spec that does not state one.

Two trainings that differ in the last bit of one sum have drifted apart after a few hundred steps
(docs/parity.md), and then differ as two seeds do: on CIFAR-10 by one or two points of accuracy.
"""

# If any of these differs, the last bits may differ.
SURROUNDINGS = (
    "backend",
    "backend_version",
    "keras",
    "numpy",
    "platform",
    "devices",
    "threads",
    "lowering",
    "xla_told",
)
# The values for runs of an older kspec, which did not record them.
NEW = {"lowering": False, "xla_told": False}


@dataclass(frozen=True)
class Comparison:
    """One number of the result: as `recorded` in the run, and as it is `now`."""

    name: str
    recorded: float
    now: float

    @property
    def difference(self) -> float:
        """The absolute difference; 0 between two NaN."""
        if math.isnan(self.recorded) and math.isnan(self.now):
            return 0.0
        return abs(self.now - self.recorded)

    def within(self, tolerance: float) -> bool:
        """Whether they differ by at most `tolerance`, relative to `recorded` if that exceeds 1."""
        if self.recorded == self.now:  # Also for infinities, whose difference is NaN.
            return True
        allowed = tolerance * max(1.0, abs(self.recorded))
        return math.isfinite(self.difference) and self.difference <= allowed


@dataclass(frozen=True)
class Verdict:
    """The result of repeating a training.

    `exact` says whether the two were compared to the last bit, `why_not` why they were not. If they
    were, everything recorded about the training must be equal, and `departs` names the first thing
    that is not. Otherwise `comparisons`, the loss and metrics of the kept epoch, must agree within
    `tolerance`.
    """

    exact: bool
    why_not: str | None
    departs: str | None
    tolerance: float
    comparisons: tuple[Comparison, ...]

    @property
    def holds(self) -> bool:
        """Whether the run is confirmed."""
        if self.exact:
            return self.departs is None
        return all(comparison.within(self.tolerance) for comparison in self.comparisons)


def verify(
    run: Run,
    spec: Spec,
    *,
    recorded: Spec,
    choice: Choice,
    root: Path,
    tolerance: float | None = None,
    reporter: Reporter | None = None,
) -> Verdict:
    """Train `spec` again on the backend `choice`, which must be active, and compare with `run`.

    `recorded` is the run's own spec, `root` the folder that relative data paths start from. The
    tolerance is that of the spec's `expect`, or else of the run's, or `TOLERANCE`. The second
    training leaves no files behind. Raises RunError for a run that has not ended, and for data or
    weights of backbones that have changed.
    """
    if not run.is_finished or run.result["status"] == "interrupted":
        raise RunError(f"{run.path} is {run.status}: only a run that has ended can be verified")
    # Whatever can be checked beforehand is, since the training takes as long as the run's.
    if spec.training.deterministic:
        if not run.model_path.is_file():
            raise RunError(f"{run.path} has no model.keras to compare the weights with: it is gone")
        _ = run.history
        open_trained(run)
    known = run.recorded("data", "fingerprint")["fingerprint"]
    data = load(spec.data, seed=spec.seed, inputs=spec.entering, root=root)
    if data.fingerprint != known:
        raise RunError(f"the data is not what {run.path} was trained on")
    if run.environment.get("weights"):
        # This too is checked before the training.
        other = other_weights(run.environment, build_with_weights(spec, root=root).weights)
        if other is not None:
            raise RunError(other)
    if tolerance is None:
        claims = [one.expect.tolerance for one in (spec, recorded) if one.expect is not None]
        tolerance = next((claim for claim in claims if claim is not None), TOLERANCE)
    with tempfile.TemporaryDirectory() as folder:
        again = train(
            spec.with_trackers(()),
            choice=choice,
            source=b"",
            root=root,
            runs=Path(folder),
            reporter=reporter or Quiet(),
            for_good=False,
        )
        if again.result["status"] == "interrupted":
            raise RunError("interrupted: nothing was verified")
        why_not = _why_not_exact(run, again, recorded, spec)
        return Verdict(
            exact=why_not is None,
            why_not=why_not,
            departs=_departs(run, again) if why_not is None else None,
            tolerance=tolerance,
            comparisons=tuple(_compared(run.result, again.result)),
        )


def _why_not_exact(run: Run, again: Run, recorded: Spec, spec: Spec) -> str | None:
    """Why the last bit may differ, or None if it may not."""
    if changes_of(recorded, spec):
        return "the spec is a different one"
    if not spec.training.deterministic:
        return 'the spec does not say "deterministic"'
    if has_seam(run.environment):
        return "the run was resumed on another backend or with another spec"
    for entry in run.environment.get("resumed", ()):
        for name in SURROUNDINGS:
            if _said(entry, name) != _said(run.environment, name):
                return f"the run was resumed with another {name}: {_said(entry, name)}"
    for name in SURROUNDINGS:
        then, now = _said(run.environment, name), _said(again.environment, name)
        if then != now:
            return f"{name} was {then}, and is {now} now"
    return None


def _said(environment: Mapping[str, Any], name: str) -> Any:
    return environment.get(name, NEW.get(name))


def _departs(run: Run, again: Run) -> str | None:
    """The first thing in which the two differ, even by one bit; None if nothing does."""
    before, after = run.history, again.history
    for number, (old, new) in enumerate(zip(before, after, strict=False), 1):
        found = _unequal(old, new, leaving=("seconds",))
        if found is not None:
            return f"epoch {number}: {found}"
    if len(before) != len(after):
        return f"it had {len(before)} epochs, and has {len(after)} now"
    if (run.path / HISTORY_CSV).read_text(encoding="utf-8") != to_csv(before):
        return f"{HISTORY_CSV} is not what {HISTORY} says"
    found = _unequal(run.result, again.result, leaving=("seconds", "reference"))
    return found or _other_weights(run, again)


def _unequal(before: Any, after: Any, name: str = "", *, leaving: Sequence[str] = ()) -> str | None:
    """The first value that is not equal, in words; NaN is equal to NaN."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*before, *after]):
            if key not in leaving:
                found = _unequal(before.get(key), after.get(key), f"{name} {key}".strip())
                if found is not None:
                    return found
        return None
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, pair in enumerate(zip(before, after, strict=True), 1):
            found = _unequal(*pair, f"{name} {number}", leaving=leaving)
            if found is not None:
                return found
        return None
    if before == after or (before != before and after != after):
        return None
    return f"{name} was {before!r}, and is {after!r} now"


def _other_weights(run: Run, again: Run) -> str | None:
    models = [open_trained(one).model for one in (run, again)]
    for old, new in zip(*(model.weights for model in models), strict=True):
        one, other = (keras.ops.convert_to_numpy(weight) for weight in (old, new))
        if one.tobytes() != other.tobytes():
            return f"the weights of {old.path} differ"
    return None


def _compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Comparison]:
    """The loss and metrics of the kept epoch, after those of the phases before."""
    earlier = [tuple(result.get("phases", ())[:-1]) for result in (before, after)]
    for number, (old, new) in enumerate(zip_longest(*earlier, fillvalue={}), 1):
        for part in ("train", "validation"):
            for name, value in old.get(part, {}).items():
                now = new.get(part, {}).get(name, math.nan)
                yield Comparison(f"phase {number} {part} {name}", value, now)
    for part in ("train", "validation", "test"):
        for name, value in before[part].items():
            yield Comparison(f"{part} {name}", value, after[part].get(name, math.nan))
