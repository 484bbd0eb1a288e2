"""What differs between two runs besides their specs: their environments and results."""

from __future__ import annotations

from typing import Any

from kspec.runs.difference import Difference, differences
from kspec.runs.folder import ENVIRONMENT
from kspec.runs.read import Run
from kspec.runs.record import weights_of

__all__ = ["environment_differences", "result_differences", "same_beginning"]

# What differs between any two runs, or is compared elsewhere.
_OF_ITS_OWN = ("started", "command", "why_backend", "identity", "backend", "resumed")


def environment_differences(before: Run, after: Run) -> list[Difference]:
    """The differences in versions, backend, devices, plugins and data."""
    return list(differences(_environment(before), _environment(after)))


def result_differences(before: Run, after: Run) -> list[Difference]:
    """The differences between the results; metrics by set: `test.accuracy`."""
    return list(differences(_result(before), _result(after)))


def same_beginning(before: Run, after: Run) -> bool:
    """Whether both were trained on the same samples, split in the same way, and their backbones had
    the same initial weights, as far as is known."""
    recorded = [_recorded(run) for run in (before, after)]
    prints = {each.get("data", {}).get("fingerprint") for each in recorded}
    return len(prints - {None}) < 2 and len({weights_of(each) for each in recorded if each}) < 2


def _recorded(run: Run) -> dict[str, Any]:
    """The environment; empty for a run that has just begun, or was killed at once."""
    return run.environment if (run.path / ENVIRONMENT).exists() else {}


def _environment(run: Run) -> dict[str, Any]:
    recorded = _recorded(run)
    if "backend" not in recorded:
        return {}
    kept = {key: value for key, value in recorded.items() if key not in _OF_ITS_OWN}
    data = recorded.get("data", {})
    kept["data"] = {key: data[key] for key in ("source", "fingerprint") if key in data}
    return {"backend": " then ".join(run.backends), **kept}


def _result(run: Run) -> dict[str, Any]:
    """Its result; for a run without one, how far it has come."""
    if not run.is_finished:
        return {"status": run.status, "epochs": len(run.history)}
    keys = ("status", "epochs", "best_epoch", "stopped_by", "train", "validation", "test")
    return {**{key: run.result[key] for key in keys}, "seconds": run.result["seconds"]}
