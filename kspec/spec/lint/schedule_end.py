"""Learning-rate schedules that reach zero long before the training ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.spec.graph import Graph
from kspec.spec.lint.labels import training_samples
from kspec.spec.lint.names import counted, name_of, number
from kspec.spec.lint.optimizer import optimizer_of
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec
from kspec.spec.percentages import in_steps, training_steps

__all__ = ["SCHEDULE_ENDS_EARLY"]


def _find(spec: Spec, graph: Graph) -> Iterator[Finding]:
    training = spec.training
    # Where the number of samples is unknown, there is at least a step in each epoch.
    steps = training_steps(training, training_samples(spec) or 1)
    in_whole = training.model_copy(update={"optimizer": in_steps(training.optimizer, steps)})
    optimizer = optimizer_of(spec.with_training(in_whole))
    schedule = optimizer.arguments.get("learning_rate")
    if not isinstance(schedule, Mapping) or not isinstance(schedule.get("type"), str):
        return
    end = _zero_from(name_of("schedules", schedule["type"]), schedule)
    if end is None or end <= 0:
        return
    left = int((steps - end) / steps * training.epochs)
    if left < 1:
        return
    do = "trains" if left == 1 else "train"
    message = (
        f"the rate is 0 before the last {counted(left, 'epoch')} of {training.epochs}, which {do} "
        'nothing; "100%" is the end of the training (of a warm-up and "decay_steps" together)'
    )
    yield Finding((*optimizer.path, "learning_rate"), message)


def _zero_from(name: str, schedule: Mapping[str, Any]) -> float | None:
    """The step from which on the rate is 0; None if it is not, or if that cannot be told."""
    if name == "CosineDecay" and number(schedule.get("alpha", 0.0)) == 0:
        decay = number(schedule.get("decay_steps"))
        warmup = number(schedule.get("warmup_steps", 0))
        warmed = schedule.get("warmup_target") is not None
        return None if decay is None or warmup is None else decay + (warmup if warmed else 0)
    if name == "PolynomialDecay" and not schedule.get("cycle", False):
        return _last(schedule.get("end_learning_rate"), schedule.get("decay_steps"))
    if name in ("PiecewiseLinear", "PiecewiseConstantDecay"):
        values, boundaries = schedule.get("values"), schedule.get("boundaries")
        if isinstance(values, (list, tuple)) and isinstance(boundaries, (list, tuple)):
            return _last(values[-1], boundaries[-1]) if values and boundaries else None
    return None


def _last(rate: Any, step: Any) -> float | None:
    return number(step) if number(rate) == 0 else None


SCHEDULE_ENDS_EARLY = Rule(
    code="schedule-ends-early",
    level="warning",
    title="A learning rate of zero long before the training ends",
    reason=(
        "A schedule counts steps, which are batches, not epochs. If decay_steps is the number of "
        "epochs, or was meant for a shorter training, the rate is 0 from then on, and all later "
        "epochs leave the weights as they are. Steps can be written as a percentage of the "
        "training, which stays right when epochs or batch_size change."
    ),
    wrong=(
        '{"data": {"source": "shapes"},\n'
        ' "training": {"epochs": 10, "batch_size": 32, "optimizer": {"type": "Adam",\n'
        '  "learning_rate": {"type": "CosineDecay", "initial_learning_rate": 0.01,\n'
        '   "decay_steps": 10}}}}'
    ),
    right=(
        '{"data": {"source": "shapes"},\n'
        ' "training": {"epochs": 10, "batch_size": 32, "optimizer": {"type": "Adam",\n'
        '  "learning_rate": {"type": "CosineDecay", "initial_learning_rate": 0.01,\n'
        '   "decay_steps": "100%"}}}}'
    ),
    find=_find,
    reads_graph=False,
)
