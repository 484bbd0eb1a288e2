"""Predicted numbers compared with the true ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from kspec.reports.charts.squares import scatter_chart
from kspec.reports.run_page.evidence import Evidence
from kspec.runs.folder import TEST_PREDICTIONS

__all__ = ["NumberRow", "Numbers", "numbers"]

MOST_POINTS = 1000
MOST_CHARTS = 4


@dataclass(frozen=True)
class NumberRow:
    """The errors of one output: mean absolute, root mean square, and mean (the bias)."""

    name: str
    mean_absolute: float
    root_mean_square: float
    mean: float


@dataclass(frozen=True)
class Numbers:
    """The errors of all outputs, charts of the first ones; `left_out` samples are not finite."""

    samples: int
    left_out: int
    rows: tuple[NumberRow, ...]
    charts: tuple[Markup, ...]


def numbers(evidence: Evidence) -> Numbers | str:
    """The section about the numbers, or a sentence that says why there is none."""
    predictions = evidence.predictions
    if predictions is None:
        if (evidence.run.path / TEST_PREDICTIONS).exists():
            return "The predictions that this run has kept of its test set are damaged."
        return "This run has kept no predictions of its test set."
    true, said = predictions.labels, predictions.outputs
    if true.ndim != 2 or said.shape != true.shape or "f" not in (true.dtype.kind, said.dtype.kind):
        return "test_predictions.npz is damaged: its predictions are not of the form of its labels."
    finite = (np.isfinite(true) & np.isfinite(said)).all(axis=1)
    if not finite.any():
        return "The model gives no finite number for any test sample."
    true, said = true[finite].astype(np.float64), said[finite].astype(np.float64)
    error = said - true
    names = [f"output {index + 1}" for index in range(true.shape[1])]
    # Evenly from the whole set: more points would be a blot.
    some = slice(None, None, -(-len(true) // MOST_POINTS))
    return Numbers(
        samples=len(true),
        left_out=int((~finite).sum()),
        rows=tuple(
            NumberRow(
                name,
                float(np.abs(error[:, index]).mean()),
                float(np.sqrt((error[:, index] ** 2).mean())),
                float(error[:, index].mean()),
            )
            for index, name in enumerate(names)
        ),
        charts=tuple(
            scatter_chart(true[some, index].tolist(), said[some, index].tolist(), name)
            for index, name in enumerate(names[:MOST_CHARTS])
        ),
    )
