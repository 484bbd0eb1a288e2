"""An experiment cut down to a few small batches."""

from __future__ import annotations

import math

from kspec.spec.models import Spec

__all__ = ["shortened"]

# Sources that draw just as many samples as they are asked for.
DRAWN = ("pairs", "sentences", "shapes", "table")
# Enough for every class to be in every split.
FEWEST = 200


def shortened(spec: Spec, steps: int, batch_size: int) -> Spec:
    """`spec` with batches of `batch_size`, and no more drawn samples than `steps` of them need.

    What lies in files stays as it is: order and statistics are those of the whole.
    """
    training = spec.training.model_copy(update={"batch_size": batch_size})
    changed = spec.model_copy(update={"training": training})
    data = spec.data
    if data.source not in DRAWN:
        return changed
    held_out = data.validation if isinstance(data.validation, float) else 0.0
    needed = max(FEWEST, math.ceil(steps * batch_size / (1 - held_out)) + 10)
    fewer = {
        "train_samples": min(needed, data.train_samples or needed),
        "test_samples": min(FEWEST, data.test_samples or FEWEST),
    }
    return changed.with_data(data.model_copy(update=fewer))
