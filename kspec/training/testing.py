"""The trained model on the test set: loss and metrics, and its predictions."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kspec.experiment.prepared import Prepared
from kspec.runs.predictions import Predictions, write_predictions
from kspec.spec.monitors import in_order
from kspec.training.interrupt import StopBetweenSteps
from kspec.training.pictures import keep_mistakes
from kspec.training.probabilities import probabilities

__all__ = ["measure"]


def measure(prepared: Prepared, folder: Path, stop: StopBetweenSteps) -> dict[str, float]:
    """Loss and metrics on the test set, if there is one, over the views of the spec's `test_time`;
    the predictions are written into `folder`.

    Masks are not written: they would take more room than the pictures. The most confident mistakes
    are also kept as pictures. Raises Interrupted if `stop` is requested.
    """
    prepared = prepared.at_test_time()
    given, pictures = prepared.given.test, prepared.dataset.test
    model, spec = prepared.model, prepared.spec
    if given is None or pictures is None:
        return {}
    batches = prepared.batches(given)
    measured = model.evaluate(batches, callbacks=[stop], return_dict=True, verbose=0)
    if spec.data.labels != "masks":
        outputs = np.asarray(model.predict(batches, callbacks=[stop], verbose=0))
        if spec.data.labels == "classes":
            outputs = probabilities(outputs, logits=spec.training.logits)
        predictions = Predictions(given.y, outputs.astype("float32"))
        write_predictions(folder, predictions)
        keep_mistakes(predictions, pictures, folder)
    return in_order(measured, spec)
