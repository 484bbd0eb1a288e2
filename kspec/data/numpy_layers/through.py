"""Applies several changes to a batch, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np

from kspec.data.numpy_layers.change import Array, Change
from kspec.processors import processors

__all__ = ["through"]

# A part, with all its intermediate results, should stay in the processor's cache.
_PIXELS = 2**15


def through(pictures: Array, changes: Sequence[tuple[Change, Array]]) -> Array:
    """Pictures (n, height, width, channels) of any dtype after `changes`, as a new float32 array.

    Each change comes with the random values drawn for it. With four processors or more, threads
    compute the parts; half of the processors are left to the training.
    """
    n, height, width = pictures.shape[:3]
    out = np.empty(pictures.shape, dtype=np.float32)
    count = max(1, _PIXELS // max(1, height * width))

    def change(start: int) -> None:
        part = slice(start, start + count)
        done = pictures[part].astype(np.float32)
        for each, drawn in changes:
            done = each.apply(done, drawn[part])
        out[part] = done

    starts = range(0, n, count)
    if _threads() == 1 or len(starts) == 1:
        for start in starts:
            change(start)
    else:
        list(_pool().map(change, starts))
    return out


@cache
def _threads() -> int:
    return max(1, min(8, processors() // 2))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_threads(), thread_name_prefix="augmentation")
