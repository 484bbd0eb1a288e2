"""Numbers of bytes, for people."""

from __future__ import annotations

__all__ = ["in_words"]


def in_words(size: float) -> str:
    """A number of bytes in units of a thousand: `5.02 GB`."""
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.4g} PB"
