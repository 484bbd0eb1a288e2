"""Where features are kept between runs."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cache_folder"]


def cache_folder() -> Path:
    """`KSPEC_CACHE`, or else `kspec` in `XDG_CACHE_HOME`, or else `~/.cache/kspec`; in it features.

    Its folders are one for each frozen part of a network.
    """
    given = os.environ.get("KSPEC_CACHE")
    if given:
        base = Path(given).expanduser()
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kspec"
    return base / "features"
