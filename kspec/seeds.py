"""Random numbers that depend only on a key, not on the backend or on what was drawn before."""

from __future__ import annotations

import hashlib
from operator import index

import numpy as np

__all__ = ["generator"]


def generator(seed: int, *key: int | str) -> np.random.Generator:
    """A separate NumPy generator for each (seed, key): Philox keyed by the SHA-256 of both.

    The hash keeps the streams of neighbouring seeds apart, and 1 apart from "1". Raises TypeError
    for a part that is neither an integer nor a string.
    """
    parts = (index(seed), *(part if isinstance(part, str) else index(part) for part in key))
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return np.random.Generator(np.random.Philox(key=np.frombuffer(digest[:16], dtype="<u8")))
