"""Tells the C library to keep the memory that PyTorch's tensors free, on a CPU."""

from __future__ import annotations

import ctypes
import os
import platform

__all__ = ["keep_memory"]

# From glibc's malloc.h; the value -1 means "never" (mallopt(3)).
M_TRIM_THRESHOLD, M_MMAP_MAX, NEVER = -1, -4, -1


def keep_memory() -> None:
    """Let glibc keep freed memory for the next tensor.

    On a CPU PyTorch allocates each tensor with `malloc`, and glibc requests large blocks from the
    system and returns them at once. So in every step the system hands out the same memory again,
    zeroed page by page, which took a fifth to a third of the time (`benchmarks/heap.py`); XLA and
    TensorFlow keep theirs. Does nothing if the environment configures malloc, or with another C
    library.
    """
    said = any(name.startswith("MALLOC_") or name == "GLIBC_TUNABLES" for name in os.environ)
    if said or platform.libc_ver()[0] != "glibc":
        return
    library = ctypes.CDLL(None)
    library.mallopt(M_MMAP_MAX, 0)
    library.mallopt(M_TRIM_THRESHOLD, NEVER)
