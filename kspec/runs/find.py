"""The runs below a folder, in short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kspec.errors import RunError
from kspec.runs.files import read_history, read_object, read_result
from kspec.runs.folder import ENVIRONMENT, RESULT, name_of, run_folders
from kspec.runs.lock import is_running
from kspec.runs.main_measure import main_measure
from kspec.runs.numbers import to_json
from kspec.runs.record import backends_of

__all__ = ["RunSummary", "find_runs", "status_of"]

MEASURED = ("epochs", "best_epoch", "validation", "test", "seconds", "reference")


@dataclass(frozen=True)
class RunSummary:
    """A summary of a run, for one line of a list.

    `status` is that of the result ("completed", "stopped early", "interrupted"), or "running", or
    "incomplete" for a run whose process ended without a result, or "damaged" for one with a file
    that cannot be read. `started` is in UTC. `validation` and `test` hold loss and metrics: those
    of the result, or of the last epoch so far; empty if there are none. Runs with the same
    `identity` are the same experiment: spec, data and seed. `phases` has the number of epochs so
    far in each phase, if there are phases.
    """

    path: Path
    name: str
    started: datetime
    status: str
    backend: str | None = None
    epochs: int = 0
    best_epoch: int | None = None
    validation: dict[str, float] = field(default_factory=dict)
    test: dict[str, float] = field(default_factory=dict)
    seconds: float | None = None
    reference: dict[str, Any] | None = None
    identity: str | None = None
    phases: tuple[int, ...] = ()

    @property
    def metric(self) -> str | None:
        """The measure that sums the run up (`main_measure`); None before there are any."""
        return main_measure(self.test or self.validation)

    @property
    def reference_accuracy(self) -> float | None:
        """The test accuracy of the spec's reference, a result from elsewhere."""
        return (self.reference or {}).get("test_accuracy")

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; NaN and infinities are text."""
        values = {
            **vars(self),
            "path": str(self.path),
            "started": self.started.isoformat(timespec="seconds"),
        }
        return {name: to_json(value) for name, value in values.items()}


def find_runs(root: Path) -> list[RunSummary]:
    """Every run below `root`, newest first; none if there is no such folder."""
    return sorted(
        (summarize(folder) for folder in run_folders(root)),
        key=lambda run: (run.started, run.path),
        reverse=True,
    )


def summarize(folder: Path) -> RunSummary:
    """The run in `folder`, from its small files only; the status is "damaged" if one is."""
    begun = RunSummary(folder, name_of(folder), _folder_time(folder), "damaged")
    try:
        return _summarize(begun)
    except (RunError, AttributeError, KeyError, TypeError, ValueError):
        # (All but RunError: it is JSON, but not as kspec writes it.)
        return begun


def _summarize(begun: RunSummary) -> RunSummary:
    folder = begun.path
    environment = _environment(folder)
    result = read_result(folder) if (folder / RESULT).exists() else None
    rows = read_history(folder) if result is None else []
    begun = replace(
        begun,
        started=_started(environment, folder),
        status=status_of(folder, result),
        backend=_backends(environment),
        identity=environment.get("identity", {}).get("run"),
    )
    if result is not None:
        phases = tuple(int(phase["epochs"]) for phase in result.get("phases", ()))
        return replace(begun, **_measured(result), phases=phases)
    if not rows:
        return begun
    seconds = sum(row.get("seconds", 0.0) for row in rows)
    counts = Counter(int(row["phase"]) for row in rows if "phase" in row)
    return replace(
        begun,
        epochs=len(rows),
        validation=_validation(rows[-1]),
        seconds=seconds,
        phases=tuple(counts[number + 1] for number in range(max(counts, default=0))),
    )


def _measured(result: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a summary copies from a result. Raises TypeError for wrong types."""
    found = {name: result[name] for name in MEASURED}
    numbers = [found["epochs"], found["seconds"]]
    numbers += [*found["validation"].values(), *found["test"].values()]
    if found["best_epoch"] is not None:
        numbers.append(found["best_epoch"])
    if found["reference"] is not None:
        numbers.append(found["reference"]["test_accuracy"])
    if not all(isinstance(number, (int, float)) for number in numbers):
        raise TypeError("no number")
    return found


def status_of(folder: Path, result: Mapping[str, Any] | None) -> str:
    """The status of the run in `folder`; `result` is None if there is none yet."""
    if result is not None:
        return str(result["status"])
    return "running" if is_running(folder) else "incomplete"


def _backends(environment: Mapping[str, Any]) -> str | None:
    """The backend; several, with commas, if the run was resumed on another."""
    return ", ".join(backends_of(environment)) or None


def _environment(folder: Path) -> dict[str, Any]:
    """The environment; empty for a run that has just begun, or was killed at once."""
    path = folder / ENVIRONMENT
    return read_object(path) if path.exists() else {}


def _started(environment: Mapping[str, Any], folder: Path) -> datetime:
    """When the run started, by its environment, or else its folder's modification time."""
    if "started" not in environment:
        return _folder_time(folder)
    try:
        started = datetime.fromisoformat(environment["started"])
    except (TypeError, ValueError):
        raise RunError(f'{folder / ENVIRONMENT} is damaged: "started" is not a time') from None
    return started if started.tzinfo else started.replace(tzinfo=UTC)


def _folder_time(folder: Path) -> datetime:
    return datetime.fromtimestamp(folder.stat().st_mtime, UTC)


def _validation(row: Mapping[str, float]) -> dict[str, float]:
    return {
        name.removeprefix("val_"): value for name, value in row.items() if name.startswith("val_")
    }
