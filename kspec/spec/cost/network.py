"""The cost of a network, as a whole and by layer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from kspec.spec.cost.memory import BYTES, Memory, activations_of, memory_of
from kspec.spec.cost.step import Step, unless_unsure
from kspec.spec.cost.walk import steps_of
from kspec.spec.cost.work import work_of
from kspec.spec.models import Spec

__all__ = ["Cost", "LayerCost", "cost_of", "layer_costs", "training_memory"]


@dataclass(frozen=True)
class Cost:
    """Parameters, trained parameters, and multiply-adds for one sample; None for what is not
    known."""

    total_params: int | None
    trainable_params: int | None
    multiply_adds: int | None


@dataclass(frozen=True)
class LayerCost:
    """For one layer and one sample: floating-point operations of the forward pass, and the bytes
    that training keeps for the backward pass; None for what is not known."""

    flops: int | None
    activation_bytes: int | None


def cost_of(spec: Spec) -> Cost:
    """The cost of the network of `spec`. Raises SpecError for references that lead nowhere."""
    steps = steps_of(spec)
    weights = [step.weights for step in steps]
    known = [each for each in weights if each is not None]
    sure = len(known) == len(weights)
    return Cost(
        sum(trained + fixed for trained, fixed in known) if sure else None,
        sum(trained for trained, _ in known) if sure else None,
        multiply_adds(steps),
    )


def multiply_adds(steps: Iterable[Step]) -> int | None:
    """The multiply-adds of all steps for one sample; None if those of one are not known."""
    total = 0
    for step in steps:
        work = unless_unsure(partial(work_of, step.kind, step.arguments, step.given, step.made))
        if work is None:
            return None
        total += work
    return total


def layer_costs(steps: Sequence[Step], width: int = BYTES) -> dict[int | str, LayerCost]:
    """The cost of each row of `steps`, with numbers kept in `width` bytes."""
    kept = activations_of(steps, width).by_row
    rows: dict[int | str, list[Step]] = {}
    for step in steps:
        rows.setdefault(step.row, []).append(step)
    return {row: LayerCost(flops(within), kept[row]) for row, within in rows.items()}


def flops(steps: Iterable[Step]) -> int | None:
    """Floating-point operations: two for each multiply-add, as PyTorch and most recent papers count
    them."""
    work = multiply_adds(steps)
    return None if work is None else 2 * work


def training_memory(spec: Spec) -> list[Memory]:
    """The memory that training takes in each phase, as far as known without a framework."""
    return [memory_of(steps_of(spec, each.trainable), each) for each in spec.phases]
