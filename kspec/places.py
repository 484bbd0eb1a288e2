"""The folders in which kspec caches results between runs."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["answers_folder", "cache_root", "compiled_folder", "features_folder"]


def cache_root() -> Path:
    """`KSPEC_CACHE`, or else `kspec` in `XDG_CACHE_HOME`, or else `~/.cache/kspec`."""
    given = os.environ.get("KSPEC_CACHE")
    if given:
        return Path(given).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kspec"


def features_folder() -> Path:
    """The folder for features, with a subfolder for each frozen part of a network."""
    return cache_root() / "features"


def answers_folder() -> Path:
    """The folder for the fastest backends that `kspec bench` found."""
    return cache_root() / "bench"


def compiled_folder() -> Path:
    """The folder for compiled programs, with a subfolder for each kind of processor."""
    return cache_root() / "compiled"
