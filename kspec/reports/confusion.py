"""The confusion matrix: which classes are predicted for which."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["confusion", "confusions"]


def confusion(
    labels: npt.NDArray[Any], called: npt.NDArray[Any], classes: int
) -> npt.NDArray[np.int64]:
    """How often class i (row) was predicted as class j (column), (classes, classes).

    `labels` and `called` are integers (n,) from 0 to below `classes`.
    """
    places = labels.astype(np.int64) * classes + called.astype(np.int64)
    return np.bincount(places, minlength=classes * classes).reshape(classes, classes)


def confusions(counts: npt.NDArray[np.int64], most: int) -> list[tuple[int, int, int]]:
    """The `most` most frequent mistakes: (true class, predicted class, how often)."""
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    rows, columns = np.nonzero(wrong)
    frequent = np.argsort(-wrong[rows, columns], kind="stable")[:most]
    return [
        (int(i), int(j), int(wrong[i, j]))
        for i, j in zip(rows[frequent], columns[frequent], strict=True)
    ]
