"""The trained model on the test set: loss and metrics, and what it says of each sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kspec.experiment.prepare import Prepared
from kspec.runs.predictions import Predictions, write_predictions
from kspec.training.interrupt import StopBetweenSteps
from kspec.training.pictures import keep_mistakes
from kspec.training.probabilities import probabilities

__all__ = ["measure"]


def measure(prepared: Prepared, folder: Path, stop: StopBetweenSteps) -> dict[str, float]:
    """Loss and metrics on the test set, if there is one; the predictions go into `folder`.

    Masks are left out: they would take more room than the pictures. Of the mistakes the surest are
    kept as pictures. Raises Interrupted where `stop` is asked for.
    """
    split, model, spec = prepared.dataset.test, prepared.model, prepared.spec
    if split is None:
        return {}
    batches = prepared.batches(split)
    measured = model.evaluate(batches, callbacks=[stop], return_dict=True, verbose=0)
    if spec.data.labels != "masks":
        outputs = np.asarray(model.predict(batches, callbacks=[stop], verbose=0))
        if spec.data.labels == "classes":
            outputs = probabilities(outputs, logits=spec.training.logits)
        predictions = Predictions(split.y, outputs.astype("float32"))
        write_predictions(folder, predictions)
        keep_mistakes(predictions, split, folder)
    return {name: float(value) for name, value in measured.items()}
