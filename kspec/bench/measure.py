"""Times a few steps of training."""

from __future__ import annotations

import statistics
import sys
from typing import Any

import keras

from kspec.bench.clock import Clock
from kspec.bench.ready import Ready
from kspec.experiment.prepared import Prepared

__all__ = ["measure", "process_peak"]

# Backends that tune as they run (cuDNN, XLA's autotuning) are done after a few steps, and by then
# the queue in front of the model is drained.
_WARMING_UP = 3
_STRETCHES = 6
# The limit in seconds, however many steps are asked for.
_SECONDS = 30.0


def measure(prepared: Prepared, steps: int) -> dict[str, Any]:
    """Seconds of the first step and of later ones, with the real input and with a ready batch.

    Trains at most `steps` steps with each, fewer if they would take more than half a minute.
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
    """The peak memory of this process, in bytes; None if the system does not provide it."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
