"""The scores of runs on each sample of their test set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kspec.runs.predictions import Predictions, read_predictions

__all__ = ["ACCURACY", "Scores", "read_scores"]

ACCURACY = "accuracy"
SQUARED_ERROR = "mean squared error"


@dataclass(frozen=True)
class Scores:
    """The score of each run on each sample, (runs, samples); their mean is `metric`.

    For classes it is 1 if the most probable one is right and 0 if not, for numbers the squared
    error. `labels` are those of the samples.
    """

    values: np.ndarray
    labels: np.ndarray
    metric: str = ACCURACY

    @property
    def more_is_better(self) -> bool:
        return self.metric == ACCURACY

    def pairs_with(self, other: Scores) -> bool:
        """Whether both can be of the same samples, in order: their labels are equal."""
        return np.array_equal(self.labels, other.labels)


def read_scores(runs: Sequence[Path]) -> Scores | None:
    """The scores of several runs on one test set.

    None if one of them has no predictions, those of another set, or some that are not numbers.
    Raises RunError for predictions that are damaged.
    """
    rows: list[np.ndarray] = []
    first: Predictions | None = None
    for run in runs:
        found = read_predictions(run)
        if found is None or not len(found.labels):
            return None
        if first is None:
            first = found
        elif not np.array_equal(found.labels, first.labels):
            return None
        rows.append(_scored(found))
    if first is None:
        return None
    if not all(np.isfinite(row).all() for row in rows):
        return None
    metric = ACCURACY if _of_classes(first) else SQUARED_ERROR
    return Scores(np.stack(rows), first.labels, metric)


def _of_classes(predictions: Predictions) -> bool:
    return predictions.labels.dtype.kind in "iu"


def _scored(predictions: Predictions) -> np.ndarray:
    labels, outputs = predictions.labels, predictions.outputs
    if _of_classes(predictions):
        scores = (outputs.argmax(axis=-1) == labels).astype(np.float32)
    else:
        scores = (outputs.reshape(labels.shape).astype(np.float64) - labels) ** 2
    return np.asarray(scores.reshape(len(labels), -1).mean(axis=1))
