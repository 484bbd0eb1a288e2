"""Whether `environment.json` says of a run what a comparison goes by, in the shape it has there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kspec.errors import RunError

__all__ = ["require_whole"]

PARTS = ("train", "validation", "test")


def require_whole(environment: Mapping[str, Any], path: Path) -> None:
    """Raise RunError, naming `path`, for an identity, backends, weights or data of another shape.

    What a run from before does not say at all is no damage.
    """

    def hold(is_so: bool, what: str) -> None:
        if not is_so:
            raise RunError(f"{path} is damaged: {what}")

    identity = environment.get("identity") or {}
    hold(isinstance(identity, dict), "identity is no object")
    hold(isinstance(identity.get("spec", ""), str), "identity.spec is no text")
    hold(_is_count(identity.get("seed", 0)), "identity.seed is no whole number")
    for each in (environment, *_objects(environment, "resumed", hold)):
        hold(isinstance(each.get("backend", ""), str), "a backend is no text")
    for each in _objects(environment, "weights", hold):
        are_texts = all(isinstance(each.get(key), str) for key in ("layer", "sha256"))
        hold(are_texts, "weights lack a layer or a SHA-256")
    data = environment.get("data") or {}
    hold(isinstance(data, dict), "data is no object")
    names = data.get("class_names", [])
    are_names = isinstance(names, list) and all(isinstance(name, str) for name in names)
    hold(are_names, "data.class_names is no list of texts")
    hold(isinstance(data.get("fingerprint", ""), str), "data.fingerprint is no text")
    if data.get("splits") is not None:
        _hold_splits(data["splits"], hold)


def _objects(
    environment: Mapping[str, Any], name: str, hold: Callable[[bool, str], None]
) -> list[dict[str, Any]]:
    found = environment.get(name) or []
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
            counted = _is_count(split.get("samples"))
            hold(counted, f"data.splits.{part}.samples is no whole number")


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
