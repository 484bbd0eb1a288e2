"""The weights of a run, compared with those that it started with."""

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
    """The statistics of each weight array in the model of `run`, in the order of its layers.

    Its initial weights are drawn again from its seed. If that is not possible, since the file of a
    backbone is gone, the second value says why, and the changes are unknown. Raises RunError for a
    run that has no model.
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
