"""The predictions of a run's model for each sample of its test set."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from kspec.errors import RunError
from kspec.runs import atomic
from kspec.runs.folder import TEST_PREDICTIONS

__all__ = ["Predictions", "read_predictions", "write_predictions"]


@dataclass(frozen=True)
class Predictions:
    """One row for each sample of the test set, in its order.

    For classes, `labels` (n,) are integers and `outputs` (n, classes) the probabilities, float32;
    for numbers, both are those numbers.
    """

    labels: np.ndarray
    outputs: np.ndarray


def write_predictions(folder: Path, predictions: Predictions) -> None:
    """Write them into the run in `folder`. Raises RunError if that cannot be done."""
    with atomic.replacing(folder / TEST_PREDICTIONS) as part:
        np.savez(part, labels=predictions.labels, outputs=predictions.outputs)


def read_predictions(folder: Path) -> Predictions | None:
    """The predictions of the run in `folder`; None if it has none.

    A run has none before it ends, without a test set, for masks, or if an older kspec wrote it.
    Raises RunError if they are damaged.
    """
    path = folder / TEST_PREDICTIONS
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            found = Predictions(file["labels"], file["outputs"])
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, EOFError, BadZipFile) as error:
        raise RunError(f"{path} is damaged: {error}") from error
    if len(found.labels) != len(found.outputs):
        labels, outputs = len(found.labels), len(found.outputs)
        raise RunError(f"{path} is damaged: {labels} labels, but {outputs} outputs")
    return found
