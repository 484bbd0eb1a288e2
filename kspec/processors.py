"""How many processors are available."""

from __future__ import annotations

import os

__all__ = ["processors"]


def processors() -> int:
    """The number that this process may use, which may be less than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
