"""How well each class is recognized: precision, recall and F1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kspec.errors import DataError

__all__ = ["ClassRow", "per_class"]


@dataclass(frozen=True)
class ClassRow:
    """One class: the fraction of its predictions that are correct (precision); the fraction of its
    samples that were predicted as it (recall); their harmonic mean (F1); its samples (support).

    A ratio with denominator zero is 0.0: the precision of a class that was never predicted, the
    recall of one without samples. The latter shows in the support.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int


def per_class(
    y_true: npt.NDArray[Any], y_pred: npt.NDArray[Any], class_names: Sequence[str]
) -> list[ClassRow]:
    """A row for each of `class_names`, in their order.

    Args:
        y_true: The labels, integers of shape (n,) or (n, 1).
        y_pred: The predicted classes, likewise.
        class_names: The name of class 0, 1, …

    Raises:
        DataError: The numbers of labels and predictions differ, or a class has no name.
    """
    true, predicted = np.ravel(y_true), np.ravel(y_pred)
    if true.shape != predicted.shape:
        raise DataError(f"{len(true)} labels, but {len(predicted)} predictions")
    count = len(class_names)
    for values, what in ((true, "label"), (predicted, "predicted class")):
        if values.size and not (values.min() >= 0 and values.max() < count):
            odd = values.min() if values.min() < 0 else values.max()
            raise DataError(f"the {what} {odd} has no name: there are {count} classes")
    true, predicted = true.astype(np.int64), predicted.astype(np.int64)
    support = np.bincount(true, minlength=count)
    called = np.bincount(predicted, minlength=count)
    right = np.bincount(true[true == predicted], minlength=count)
    precision, recall = _ratio(right, called), _ratio(right, support)
    f1 = _ratio(2 * right, called + support)
    return [
        ClassRow(name, float(precision[i]), float(recall[i]), float(f1[i]), int(support[i]))
        for i, name in enumerate(class_names)
    ]


def _ratio(above: npt.NDArray[Any], below: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    ratio = np.zeros(len(above))
    np.divide(above, below, out=ratio, where=below > 0)
    return ratio
