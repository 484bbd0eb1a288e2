"""What the C library is told for PyTorch on a processor: to keep what tensors give back."""

from __future__ import annotations

import ctypes
import os
import platform

__all__ = ["keep_memory"]

# Of glibc's malloc.h, and -1 for "never" (mallopt(3)).
M_TRIM_THRESHOLD, M_MMAP_MAX, NEVER = -1, -4, -1


def keep_memory() -> None:
    """Let glibc keep freed memory for the next tensor.

    PyTorch takes the memory of each tensor on a processor from `malloc`, and glibc takes anything
    large from the system and gives it back at once. So in every step the system hands out the
    same memory anew, page by page and set to zero, which took a fifth to a third of the time
    (`benchmarks/heap.py`); XLA and TensorFlow keep theirs. Nothing is done where the
    environment says something of this, and with another C library.
    """
    said = any(name.startswith("MALLOC_") or name == "GLIBC_TUNABLES" for name in os.environ)
    if said or platform.libc_ver()[0] != "glibc":
        return
    library = ctypes.CDLL(None)
    library.mallopt(M_MMAP_MAX, 0)
    library.mallopt(M_TRIM_THRESHOLD, NEVER)
