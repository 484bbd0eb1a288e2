"""How much memory is available."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["UNKNOWN", "installed", "usable"]

UNKNOWN = 64 * 2**30
"""What is taken for the memory of a machine that does not say."""

_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def installed() -> int:
    """The memory of this machine, in bytes."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError):  # Windows has no sysconf.
        return UNKNOWN


def usable() -> int:
    """The same, or the limit of this process (that of a container) if it is lower."""
    limit = installed()
    for path in _LIMITS:
        try:
            limit = min(limit, int(Path(path).read_text(encoding="ascii")))
        except (OSError, ValueError):  # The file is missing, or says "max".
            continue
    return limit
