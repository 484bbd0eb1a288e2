"""Where features, and what else is found out once, are kept between runs."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cache_folder", "cache_root"]


def cache_root() -> Path:
    """`KSPEC_CACHE`, or else `kspec` in `XDG_CACHE_HOME`, or else `~/.cache/kspec`."""
    given = os.environ.get("KSPEC_CACHE")
    if given:
        return Path(given).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kspec"


def cache_folder() -> Path:
    """That of the features, in `cache_root`; in it is one for each frozen part of a network."""
    return cache_root() / "features"
