"""The weights of a run, beside those that it began with."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np

from kspec.errors import KspecError
from kspec.model.build import build_with_weights
from kspec.reports.weights import WeightStatistics, statistics
from kspec.runs.folder import RESOLVED
from kspec.runs.read import Run
from kspec.spec.load import load
from kspec.training.trained import open_trained

__all__ = ["weights_of"]


def weights_of(run: Run) -> tuple[list[WeightStatistics], str | None]:
    """The numbers of each array of weights in the model of `run`, in the order of its layers.

    What it began with is drawn anew from its seed. Where that cannot be, since the file of a
    backbone is gone, the second value says why, and no change is known. Raises RunError for a run
    that has no model.
    """
    model = open_trained(run).model
    began, why = _began(run, model)
    rows = []
    for variable, start in zip(model.weights, began, strict=True):
        values = keras.ops.convert_to_numpy(variable)
        rows.append(
            statistics(
                variable.path,
                np.asarray(values, dtype="float64"),
                start,
                trainable=bool(variable.trainable),
            )
        )
    return rows, why


def _began(run: Run, model: keras.Model) -> tuple[Sequence[np.ndarray | None], str | None]:
    unknown: list[np.ndarray | None] = [None] * len(model.weights)
    try:
        spec = load(run.path / RESOLVED, confined=False)
        built = build_with_weights(spec, root=run.root)
    except KspecError as error:
        return unknown, f"its initial weights are not known: {error}"
    found = [np.asarray(keras.ops.convert_to_numpy(each)) for each in built.model.weights]
    if [each.shape for each in found] != [tuple(each.shape) for each in model.weights]:
        return unknown, "its initial weights are not known: this kspec builds another network"
    return found, None
