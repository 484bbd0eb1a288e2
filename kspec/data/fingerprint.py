"""Hashes of an experiment's data: of all of it, and of each split."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from kspec.data.dataset import Split
from kspec.data.lazy import parts

__all__ = ["fingerprint", "of_split"]


def fingerprint(splits: Iterable[Split | None], class_names: Iterable[str]) -> str:
    """SHA-256 (hex) over class names, dtypes, shapes, samples and labels, in the order given.

    Several inputs are hashed with their names, sorted: the order in which a spec lists them is not
    a property of the data. A missing split is hashed too, so that its place stays distinct.
    """
    digest = hashlib.sha256(repr(tuple(class_names)).encode())
    for split in splits:
        if split is None:
            digest.update(b"none")
        else:
            _add(digest, split)
    return digest.hexdigest()


def of_split(split: Split) -> str:
    """SHA-256 (hex) over dtypes, shapes, samples and labels of one split, without class names."""
    digest = hashlib.sha256()
    _add(digest, split)
    return digest.hexdigest()


def _add(digest: hashlib._Hash, split: Split) -> None:
    def add(array: np.ndarray) -> None:
        little = array.dtype.newbyteorder("<")
        digest.update(repr((little.str, array.shape)).encode())
        for part in parts(array):
            digest.update(np.ascontiguousarray(part, dtype=little).data)

    if isinstance(split.x, dict):
        for name in sorted(split.x):
            digest.update(repr(name).encode())
            add(split.x[name])
    else:
        add(split.x)
    add(split.y)
