"""An experiment cut down to a few small batches."""

from __future__ import annotations

from kspec.spec.models import Spec

__all__ = ["shortened"]

# Sources that generate exactly as many samples as they are asked for.
DRAWN = ("pairs", "sentences", "shapes", "table")
# Enough for every class to be in every split; independent of the number of steps, so that a shorter
# comparison is the beginning of a longer one.
SAMPLES = 1000


def shortened(spec: Spec, batch_size: int) -> Spec:
    """`spec` with batches of `batch_size`, and only a thousand samples if its source draws them.

    Data in files is not shortened: its order and statistics are those of the whole. It computes in
    float32, since the rounding of 16 bits is coarser than most faults.
    """
    changes = {"batch_size": batch_size, "precision": "float32"}
    training = spec.training.model_copy(update=changes)
    changed = spec.with_training(training)
    data = spec.data
    if data.source not in DRAWN:
        return changed
    fewer = {
        "train_samples": min(SAMPLES, data.train_samples or SAMPLES),
        "test_samples": min(SAMPLES, data.test_samples or SAMPLES),
    }
    return changed.with_data(data.model_copy(update=fewer))
