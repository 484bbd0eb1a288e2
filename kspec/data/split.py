"""Stratified sampling: choosing samples of a set with the classes in proportion.

Masks and numbers have no classes to keep in proportion, so they are sampled at random.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kspec.data.dataset import Split
from kspec.errors import DataError
from kspec.seeds import generator

__all__ = ["hold_out", "take"]


def take(
    split: Split, size: int, *, seed: int, name: str, class_names: Sequence[str] | None = None
) -> Split:
    """`size` samples of `split`, with the classes in proportion, in their original order.

    Drawn in NumPy from (seed, name), so the same on every backend. `name` is the option that asks
    for them, such as "train_samples". Raises DataError if there are fewer samples and, if
    `class_names` are given, if a class would get none.
    """
    if size > len(split):
        raise DataError(f"data.{name} is {size}, but the source has {len(split)} samples")
    y = _classes(split)
    shares = _shares(y, size)
    empty = np.flatnonzero((shares == 0) & (np.bincount(y) > 0))
    if class_names is not None and len(empty):
        raise DataError(
            f"data.{name} is {size}, which leaves {len(empty)} of the {len(shares)} classes "
            f'without training samples, such as "{_named(empty[0], class_names)}"; take more'
        )
    return split.part(_draw(y, shares, seed, name))


def hold_out(
    split: Split, fraction: float, *, seed: int, name: str, class_names: Sequence[str]
) -> tuple[Split, Split]:
    """What remains of `split`, and the held-out fraction, with the classes in proportion.

    Drawn in NumPy from (seed, name), so the same on every backend; both parts keep their order.
    Every class keeps at least one sample. Raises DataError if nothing would be held out, or if a
    class would keep none.
    """
    size = round(len(split) * fraction)
    if size == 0:
        raise DataError(
            f"a {name} set of {fraction:g} of {len(split)} training samples is empty; "
            "take a larger fraction or more samples"
        )
    y = _classes(split)
    shares = _shares(y, size, keep=1)
    if shares.sum() < size:
        counts = np.bincount(y)
        least = int(np.argmin(np.where(counts > 0, counts, len(split) + 1)))
        raise DataError(
            f"a {name} set of {fraction:g} of {len(split)} training samples is {size}, which "
            f'leaves some class without training samples ("{_named(least, class_names)}" has '
            f"{counts[least]}); take a smaller fraction or more samples"
        )
    held = _draw(y, shares, seed, name)
    kept = np.ones(len(split), dtype=bool)
    kept[held] = False
    return split.part(np.flatnonzero(kept)), split.part(held)


def _classes(split: Split) -> np.ndarray:
    """The class of each sample, (n,); all zero if the labels are not classes."""
    if split.y.ndim == 1:
        return split.y
    return np.zeros(len(split), dtype=np.int32)


def _named(label: int, class_names: Sequence[str]) -> str:
    return class_names[label] if label < len(class_names) else str(label)


def _shares(y: np.ndarray, size: int, *, keep: int = 0) -> np.ndarray:
    """How many of each class make `size` in proportion, by largest remainder (lower class first).

    Each class keeps at least `keep` samples; the sum may therefore be less than `size`.
    """
    counts = np.bincount(y)
    limits = np.maximum(counts - keep, 0)
    # Integers throughout, so that the shares are the same on every machine.
    shares = np.minimum(counts * size // len(y), limits)
    by_remainder = np.argsort(-(counts * size % len(y)), kind="stable")
    while (missing := size - int(shares.sum())) > 0:
        open_classes = by_remainder[(shares < limits)[by_remainder]]
        if len(open_classes) == 0:
            break
        shares[open_classes[:missing]] += 1
    return shares


def _draw(y: np.ndarray, shares: np.ndarray, seed: int, name: str) -> np.ndarray:
    """The indices of `shares[k]` samples of each class k, in ascending order."""
    random = generator(seed, "split", name)
    drawn = [
        random.permutation(np.flatnonzero(y == label))[:share]
        for label, share in enumerate(shares)
        if share
    ]
    return np.sort(np.concatenate(drawn))
