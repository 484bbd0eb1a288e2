"""What `environment.json` says of a run, found to be in the shape that it has there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kspec.errors import RunError
from kspec.runs.files import read_object
from kspec.runs.folder import ENVIRONMENT

__all__ = ["read_environment"]

PARTS = ("train", "validation", "test")


def read_environment(folder: Path) -> dict[str, Any]:
    """Where the run in `folder` took place, and on what.

    Raises RunError if that is missing or unreadable, and for an identity, plugins, backends,
    weights or data of another shape. What a run from before does not say at all is no damage.
    """
    path = folder / ENVIRONMENT
    environment = read_object(path)

    def hold(is_so: bool, what: str) -> None:
        if not is_so:
            raise RunError(f"{path} is damaged: {what}")

    identity = environment.get("identity", {})
    hold(isinstance(identity, dict), "identity is no object")
    for key in ("run", "spec", "data"):
        hold(isinstance(identity.get(key, ""), str), f"identity.{key} is no text")
    hold(_is_whole(identity.get("seed", 0)), "identity.seed is no whole number")
    hold(isinstance(environment.get("backend", ""), str), "a backend is no text")
    for each in _objects(environment, "resumed", hold):
        hold(isinstance(each.get("backend"), str), "a backend is no text")
        hold(isinstance(each.get("changes", []), list), "resumed.changes is no list")
    for each in _objects(environment, "plugins", hold):
        hold(isinstance(each.get("module"), str), "a plugin has no module")
        hold(isinstance(each.get("sha256"), str | None), "the SHA-256 of a plugin is no text")
    for each in _objects(environment, "weights", hold):
        are_texts = all(isinstance(each.get(key), str) for key in ("layer", "sha256"))
        hold(are_texts, "weights lack a layer or a SHA-256")
    _hold_data(environment.get("data", {}), hold)
    return environment


def _hold_data(data: Any, hold: Callable[[bool, str], None]) -> None:
    hold(isinstance(data, dict), "data is no object")
    names = data.get("class_names", [])
    are_names = isinstance(names, list) and all(isinstance(name, str) for name in names)
    hold(are_names, "data.class_names is no list of texts")
    for key in ("source", "fingerprint", "root"):
        hold(isinstance(data.get(key, ""), str), f"data.{key} is no text")
    count = data.get("class_count")
    hold(count is None or (_is_whole(count) and count > 0), "data.class_count is no count")
    if "pixels" in data:
        _hold_pixels(data["pixels"], hold)
    if data.get("splits") is not None:
        _hold_splits(data["splits"], hold)


def _hold_pixels(pixels: Any, hold: Callable[[bool, str], None]) -> None:
    """How each input was scaled; None where it is no picture."""
    hold(isinstance(pixels, dict), "data.pixels is no object")
    inputs = pixels.get("inputs", {"input": pixels})
    hold(isinstance(inputs, dict), "data.pixels.inputs is no object")
    for each in inputs.values():
        if each is None:
            continue
        hold(isinstance(each, dict), "data.pixels is no object")
        hold(_is_number(each.get("scale")), "data.pixels.scale is no number")
        for key in ("mean", "std"):
            hold(key in each, f"data.pixels lacks {key}")
            values = each[key]
            are_numbers = isinstance(values, list) and all(map(_is_number, values))
            hold(values is None or are_numbers, f"data.pixels.{key} is no list of numbers")


def _objects(
    environment: Mapping[str, Any], name: str, hold: Callable[[bool, str], None]
) -> list[dict[str, Any]]:
    found = environment.get(name, [])
    are_objects = isinstance(found, list) and all(isinstance(each, dict) for each in found)
    hold(are_objects, f"{name} is no list of objects")
    return list(found)


def _hold_splits(splits: Any, hold: Callable[[bool, str], None]) -> None:
    hold(isinstance(splits, dict), "data.splits is no object")
    for name in ("origin", *PARTS):
        hold(name in splits, f"data.splits lacks {name}")
    hold(isinstance(splits["origin"], str | None), "data.splits.origin is no text")
    for part in PARTS:
        split = splits[part]
        if split is not None:
            hold(isinstance(split, dict), f"data.splits.{part} is no object")
            samples = split.get("samples")
            counted = _is_whole(samples) and samples > 0
            hold(counted, f"data.splits.{part}.samples is no count")
    hold(splits["train"] is not None, "data.splits.train is no object")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
