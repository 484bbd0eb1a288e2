"""Sizes in bytes, for people."""

from __future__ import annotations

import math
import re

__all__ = ["byte_size", "bytes_in"]


def byte_size(count: int) -> str:
    """Bytes in powers of 1024, as Keras's summary counts them: `3.06 MB`."""
    size = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if round(size, 2) < 1024:
            return f"{count} B" if unit == "B" else f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} TB"


_UNITS = ("B", "KB", "MB", "GB", "TB")
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)(?:i?B)?", re.IGNORECASE)


def bytes_in(text: str) -> int:
    """The inverse: the bytes of "8GB", "512 MB", "1.5g" or "4096". Raises ValueError."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'"{text}" is not a size in bytes; write it like 8GB or 512MB')
    power = _UNITS.index(f"{found[2].upper()}B") if found[2] else 0
    size = float(found[1]) * 1024.0**power
    if size == math.inf:
        raise ValueError("that is more than any machine has; write a size like 8GB or 512MB")
    return round(size)
