"""A training cut down to the steps to be measured."""

from __future__ import annotations

from typing import Any

from kspec.spec.models import FILE_SOURCES, Spec
from kspec.spec.percentages import in_steps, training_steps

__all__ = ["measured_phase", "shortened"]


def measured_phase(spec: Spec) -> int:
    """The phase that is measured, from 0: the longest of those that run the whole network; one on
    features only if there is no other."""
    epochs = [0 if phase.features is not None else phase.epochs for phase in spec.phases]
    return max(range(len(epochs)), key=lambda number: epochs[number])


def shortened(spec: Spec, steps: int) -> Spec:
    """`spec` with only that phase, and `steps` steps per epoch, all of them full batches.

    Its schedule is still that of the whole training. If it has features, the frozen part is
    computed in each step: nothing is kept between runs. From a file all samples are taken, even if
    the spec limits the number for its own data.
    """
    phase = spec.in_phase(measured_phase(spec))
    changes: dict[str, Any] = {
        "steps_per_epoch": steps,
        "epochs": 1,
        "features": None,
        "early_stopping": (),
    }
    changes["callbacks"] = ()
    # (The real number of samples does not affect the time of a step.)
    whole = training_steps(phase.training, phase.data.train_samples)
    changes["optimizer"] = in_steps(phase.training.optimizer, whole)
    if phase.data.source in FILE_SOURCES:
        all_of_it = {"train_samples": None, "test_samples": None}
        phase = phase.with_data(phase.data.model_copy(update=all_of_it))
    return phase.with_training(phase.training.model_copy(update=changes))
