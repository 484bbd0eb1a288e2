"""An experiment cut down to a few small batches."""

from __future__ import annotations

from kspec.spec.models import Spec

__all__ = ["shortened"]

# Sources that draw just as many samples as they are asked for.
DRAWN = ("pairs", "sentences", "shapes", "table")
# Enough for every class to be in every split; the same however many steps there are, so that fewer
# steps are the beginning of more.
SAMPLES = 1000


def shortened(spec: Spec, batch_size: int) -> Spec:
    """`spec` with batches of `batch_size`, and of a source that draws its samples only a thousand.

    What lies in files stays as it is: order and statistics are those of the whole. It computes in
    float32, since 16 bits round more coarsely than a fault would show.
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
