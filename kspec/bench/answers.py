"""What `kspec bench` found, kept for `kspec train --backend auto`."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kspec.bench.machine import machine
from kspec.bench.report import Report
from kspec.errors import DataError
from kspec.places import answers_folder
from kspec.runs import atomic
from kspec.spec.canonical import canonical
from kspec.spec.models import Spec

__all__ = ["answer_for", "remember"]

# Settings that do not affect how long a step takes.
_BESIDE = (
    "callbacks", "checkpoint", "early_stopping", "epochs", "metrics", "steps_per_epoch",
)  # fmt: skip


def remember(spec: Spec, report: Report) -> None:
    """Keep the answer for the network and recipe of `spec`, on this machine with these versions.

    Raises KspecError if it cannot be written.
    """
    path = _path(spec)
    content = {
        "name": spec.name,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "verdict": report.verdict,
        "fastest": report.fastest,
        "machine": machine(),
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{path.parent} cannot be written: {error.strerror}") from error
    atomic.write_json(path, content)


def answer_for(spec: Spec) -> tuple[str, str] | None:
    """The backend that was fastest for `spec` here, and why, in a few words; None if unknown."""
    try:
        content = json.loads(_path(spec).read_text(encoding="utf-8"))
        return str(content["fastest"]), f"auto: kspec bench of {content['when'][:10]}"
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _path(spec: Spec) -> Path:
    key = json.dumps([_identity(spec), machine()], sort_keys=True)
    return answers_folder() / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"


def _identity(spec: Spec) -> dict[str, Any]:
    whole = canonical(spec)
    training = whole["training"]
    phases = training if isinstance(training, list) else [training]
    return {
        **{key: whole[key] for key in ("inputs", "layers", "outputs", "augmentation")},
        "labels": spec.data.labels,
        "compile": spec.training.compile,
        "training": [_of_phase(phase) for phase in phases],
    }


def _of_phase(phase: dict[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in phase.items() if key not in _BESIDE}
    # Another learning rate does not change the work.
    optimizer = {key: value for key, value in phase["optimizer"].items() if key != "learning_rate"}
    return {**rest, "optimizer": optimizer}
