"""Numbers of bytes, for people."""

from __future__ import annotations

__all__ = ["byte_size"]


def byte_size(count: int) -> str:
    """Bytes in powers of 1024, as Keras's summary counts them: `3.06 MB`."""
    size = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if round(size, 2) < 1024:
            return f"{count} B" if unit == "B" else f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} TB"
