"""Arrays of one process, stored on disk for another."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kspec.runs.arrays import native

__all__ = ["Stored", "digest"]

Array = NDArray[Any]
KEYS = "keys.json"


class Stored:
    """Arrays by key, each content stored once: a layer's output is the input of the next one.

    The files are plain `.npy`, named by their content, and `keys.json`, which `close` writes. One
    process puts and closes, others get.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        path = folder / KEYS
        self._names: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}

    def put(self, key: str, array: Array) -> None:
        array = native(array)
        name = digest(array)
        path = self.folder / f"{name}.npy"
        if not path.exists():
            np.save(path, array, allow_pickle=False)
        self._names[key] = name

    def get(self, key: str) -> Array | None:
        """The array of that key; None if there is none."""
        name = self._names.get(key)
        if name is None:
            return None
        array: Array = np.load(self.folder / f"{name}.npy", allow_pickle=False)
        return array

    def close(self) -> None:
        (self.folder / KEYS).write_text(json.dumps(self._names), encoding="utf-8")


def digest(array: Array) -> str:
    """SHA-256 (hex) of an array's dtype, shape and bytes."""
    found = hashlib.sha256(f"{array.dtype.name} {array.shape}".encode())
    found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()
