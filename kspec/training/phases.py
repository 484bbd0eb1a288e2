"""The phases of a training: the current one, and the results of those before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kspec.data.batches import NOTHING, Before
from kspec.runs.checkpoints import Checkpoint
from kspec.runs.record import PhaseResult
from kspec.spec.models import Spec
from kspec.training.best_epoch import is_better

__all__ = ["Phases", "phase_of", "worse_than_before"]

PART = "phases"


class Phases:
    """How far a training has come through its phases.

    `ended` has the results of the finished phases, `before` the epochs and passes that they took;
    the current phase is `number`, from 0.
    """

    def __init__(self) -> None:
        self.ended: list[PhaseResult] = []
        self.before = NOTHING

    @property
    def number(self) -> int:
        return len(self.ended)

    def end(self, result: PhaseResult, before: Before) -> None:
        """End the current phase, so that the next one begins."""
        self.ended = [*self.ended, result]
        self.before = before

    def state(self) -> tuple[dict[str, Any], Sequence[np.ndarray]]:
        return {"ended": self.ended, "before": list(self.before)}, ()

    def restore(self, state: Mapping[str, Any], arrays: Sequence[np.ndarray] = ()) -> None:
        self.ended = list(state["ended"])
        self.before = Before(*state["before"])

    @classmethod
    def at(cls, start: Checkpoint | None) -> Phases:
        """The phases of a training that is resumed from `start`, or that begins if it is None."""
        phases = cls()
        # (Checkpoints of an older kspec do not record phases.)
        if start is not None and PART in start.state["parts"]:
            phases.restore(start.state["parts"][PART])
        return phases


def phase_of(checkpoint: Checkpoint) -> int:
    """The phase that a checkpoint was written in, from 0."""
    return Phases.at(checkpoint).number


def worse_than_before(spec: Spec, ended: Sequence[PhaseResult]) -> str | None:
    """A message if the last phase, whose model is kept, ended worse than the one before, or None.

    Compares the monitor of the last phase, or else the validation loss; losses are compared only if
    both phases use the same loss.
    """
    if len(ended) < 2:
        return None
    *_, one_before, last = ended
    kept = last["kept"]
    monitor = kept["monitor"] if kept is not None else "val_loss"
    way = kept["mode"] if kept is not None else "min"
    before, now = (_measured(each, monitor) for each in (one_before, last))
    losses = [phase.loss for phase in spec.phases[len(ended) - 2 : len(ended)]]
    if monitor.endswith("loss") and losses[0] != losses[1]:
        return None
    if before is None or now is None or not is_better(before, now, way):
        return None
    written = f"{before:.6g}", f"{now:.6g}"
    if len(set(written)) == 1:
        return None
    return (
        f"phase {len(ended)} ended with {monitor} {written[1]}, worse than the {written[0]} of "
        f"phase {len(ended) - 1}; the model is still that of phase {len(ended)}"
    )


def _measured(phase: PhaseResult, monitor: str) -> float | None:
    """The value of a monitor in a phase, at the epoch that was kept."""
    if monitor.startswith("val_"):
        return phase["validation"].get(monitor.removeprefix("val_"))
    return phase["train"].get(monitor)
