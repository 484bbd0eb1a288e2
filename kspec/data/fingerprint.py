"""One hash for all of an experiment's data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from kspec.data.dataset import Split

__all__ = ["fingerprint"]


def fingerprint(splits: Iterable[Split | None], class_names: Iterable[str]) -> str:
    """SHA-256 (hex) over class names, dtypes, shapes, samples and labels, in the order given.

    Several inputs count with their names, sorted: in which order a spec lists them is no property
    of the data. A missing split counts too: nothing is not the same as no validation set being
    asked for.
    """
    digest = hashlib.sha256(repr(tuple(class_names)).encode())

    def add(array: np.ndarray) -> None:
        little = array.dtype.newbyteorder("<")
        digest.update(repr((little.str, array.shape)).encode())
        digest.update(np.ascontiguousarray(array, dtype=little).data)

    for split in splits:
        if split is None:
            digest.update(b"none")
            continue
        if isinstance(split.x, dict):
            for name in sorted(split.x):
                digest.update(repr(name).encode())
                add(split.x[name])
        else:
            add(split.x)
        add(split.y)
    return digest.hexdigest()
