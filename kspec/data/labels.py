"""Do the labels fit the network's outputs?"""

from __future__ import annotations

import numpy as np

from kspec.data.dataset import Dataset, LabelKind, Split
from kspec.errors import DataError

__all__ = ["check_labels", "check_split"]


def check_labels(dataset: Dataset, outputs: int | None) -> None:
    """Check all labels of all splits against a head of `outputs` values (None: any number).

    One output is a binary head and takes the labels 0 and 1; k outputs take 0 to k-1. If the labels
    are numbers, there is one output for each. Raises DataError, naming both, for labels that do not
    fit.
    """
    splits = {"training": dataset.train, "validation": dataset.validation, "test": dataset.test}
    for name, split in splits.items():
        if split is not None:
            check_split(split, outputs, f"{dataset.source}: the {name} labels", dataset.labels)


def check_split(split: Split, outputs: int | None, what: str, kind: LabelKind = "classes") -> None:
    """Like `check_labels`, for one split, whose labels the message calls `what`."""
    y = split.y
    if kind == "numbers":
        if outputs is not None and y.shape[1] != outputs:
            count = f"{y.shape[1]} number{'s' * (y.shape[1] != 1)}"
            head = f"{outputs} output{'s' * (outputs != 1)}"
            raise DataError(f"{what} are {count} per sample, but the network has {head}")
        return
    if not np.issubdtype(y.dtype, np.integer):
        raise DataError(f"{what} are {y.dtype} values; they must be whole class numbers from 0")
    low, high = int(y.min()), int(y.max())
    if low < 0:
        raise DataError(f"{what} go from {low} to {high}; class numbers start at 0")
    if outputs is None:
        return
    classes = max(outputs, 2)
    if high >= classes:
        head = "1 output, for labels 0 and 1" if outputs == 1 else f"{outputs} outputs"
        kinds = len(np.unique(y))
        hint = f"{high + 1} classes need {high + 1} outputs in the last layer"
        if kinds == classes:  # Such as masks of 0 and 255.
            hint = f"the labels are {kinds} different numbers; make them 0 to {kinds - 1}"
        raise DataError(f"{what} go from {low} to {high}, but the network has {head}: {hint}")
