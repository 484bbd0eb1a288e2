"""What a run records about where and on what it trains: `environment.json`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kspec.backends import Choice, devices, threads
from kspec.data.dataset import Dataset, Split
from kspec.data.fingerprint import of_split
from kspec.experiment.prepared import Prepared
from kspec.model.backbone.fill import WeightsFile
from kspec.plugins.recorded import record
from kspec.runs import record as runs
from kspec.spec.canonical import spec_hash
from kspec.xla import heeds

__all__ = ["other_weights", "surroundings", "what_is_trained"]


def surroundings(choice: Choice, command: Sequence[str]) -> dict[str, Any]:
    """The backend and its surroundings, for a training that starts or is resumed now."""
    return runs.environment(choice.name, list(command)) | {
        "why_backend": choice.why,
        "devices": list(devices(choice.name)),
        "threads": threads(choice.name),
        "lowering": choice.lowering,
        "xla_told": choice.name == "jax" and heeds(),
    }


def what_is_trained(prepared: Prepared, root: Path) -> dict[str, Any]:
    """The identity of the experiment, its plugins, its initial weights files, and its data.

    Relative paths start from the folder `root`.
    """
    dataset = prepared.dataset
    return {
        "identity": _identity(prepared),
        "plugins": record(prepared.spec),
        "weights": [each.to_json() for each in prepared.weights],
        "data": {
            "source": dataset.source,
            "fingerprint": dataset.fingerprint,
            "splits": _splits(dataset),
            "class_names": list(dataset.class_names),
            "pixels": prepared.pixels.to_json(),
            "class_count": prepared.class_count,
            "root": str(root),
        },
    }


def _splits(dataset: Dataset) -> dict[str, Any]:
    """Each split by itself, so that a comparison of runs can name those that differ."""

    def of(split: Split | None) -> dict[str, Any] | None:
        if split is None:
            return None
        return {"samples": len(split), "fingerprint": of_split(split)}

    return {
        "origin": dataset.origin,
        "train": of(dataset.train),
        "validation": of(dataset.validation),
        "test": of(dataset.test),
    }


def other_weights(recorded: Mapping[str, Any], now: Sequence[WeightsFile]) -> str | None:
    """A message if backbones start with weights other than those `recorded` for a run, or None."""
    before = {each["layer"]: each for each in recorded.get("weights", ())}
    for each in now:
        known = before.get(each.layer)
        if known is not None and known["sha256"] != each.sha256:
            return (
                f"the weights of {each.layer} in {each.path} are not those that the run began with "
                f"(SHA-256 {known['sha256'][:12]}…, now {each.sha256[:12]}…)"
            )
    return None


def _identity(prepared: Prepared) -> dict[str, Any]:
    """What makes two runs the same experiment: the spec's hash, the data's, and the seed.

    `run` is the SHA-256 (hex) of these three, and of the weights files that backbones start with.
    """
    spec, data, seed = spec_hash(prepared.spec), prepared.dataset.fingerprint, prepared.spec.seed
    parts = [spec, data, str(seed), *(each.sha256 for each in prepared.weights)]
    whole = hashlib.sha256(" ".join(parts).encode()).hexdigest()
    return {"run": whole, "spec": spec, "data": data, "seed": seed}
