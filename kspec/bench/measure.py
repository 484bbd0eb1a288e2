"""A few steps of training, timed."""

from __future__ import annotations

import statistics
import sys
from typing import Any

import keras

from kspec.bench.clock import Clock
from kspec.bench.ready import Ready
from kspec.experiment.prepare import Prepared

__all__ = ["measure", "process_peak"]

# Backends that measure as they go (cuDNN, XLA's autotuning) are through after a few steps, and the
# queue before the model has been emptied.
_WARMING_UP = 3
_STRETCHES = 6
# No longer than that, however many steps are asked for.
_SECONDS = 30.0


def measure(prepared: Prepared, steps: int) -> dict[str, Any]:
    """Seconds of the first step and of those after it, with the input as it is and lying ready.

    Trains at most `steps` steps of each, fewer where they would take more than half a minute.
    """
    model, batches = prepared.model, prepared.train_batches()

    def fit(given: keras.utils.PyDataset, count: int) -> Clock:
        clock = Clock(every=max(1, count // _STRETCHES))
        model.fit(given, epochs=1, callbacks=[clock], shuffle=False, verbose=0)
        return clock

    def with_input(count: int) -> Clock:
        batches.steps_per_epoch = count
        return fit(batches, count)

    first = with_input(1).first
    typical = statistics.median(with_input(1 + _WARMING_UP).stretches)
    count = 1 + max(2, min(steps, round(_SECONDS / typical)))
    found = with_input(count).stretches
    ready = fit(Ready(batches, count), count).stretches
    return {"first": first, "steps": found, "ready": ready, "count": count - 1}


def process_peak() -> int | None:
    """The most memory that this process has had, in bytes; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
