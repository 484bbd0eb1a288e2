"""Problems for training that needs more memory than available, and what would make it fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kspec.errors import Place, Problem
from kspec.sizes import byte_size
from kspec.spec.cost.memory import Memory
from kspec.spec.cost.step import Step
from kspec.spec.models import Spec
from kspec.spec.node import dotted

__all__ = ["memory_problems"]


def memory_problems(
    spec: Spec, memories: Sequence[Memory], limit: int, steps: Sequence[Step] = ()
) -> Iterator[Problem]:
    """A warning for each phase that takes more than `limit` bytes at its batch size.

    `memories` are those of the phases, in order. If they are not known, one note says so, and which
    layer of `steps` is the reason.
    """
    if any(memory.peak is None for memory in memories):
        place, message = _unknown(spec, steps)
        yield Problem(place, message, "memory-unknown", "note")
        return
    for number, memory in enumerate(memories):
        if memory.peak is not None and memory.peak > limit:
            place = _place(spec.in_phase(number))
            yield Problem(place, _message(spec, memory, limit), "memory", "warning")


def _message(spec: Spec, memory: Memory, limit: int) -> str:
    assert memory.peak is not None and memory.fixed is not None
    message = f"a step of training {spec.name} takes about {byte_size(memory.peak)} at a batch of "
    message += f"{memory.batch_size}, more than the {byte_size(limit)} available; "
    largest = memory.largest_batch(limit) or 0
    if largest:
        return message + f"a batch of {largest} fits"
    if memory.fixed > limit:
        what = "weights, their gradients and the optimizer"
        return message + f"{what} alone take {byte_size(memory.fixed)}: take a smaller network"
    return message + "not even one sample fits: take a smaller network or smaller samples"


def _place(spec: Spec) -> Place:
    """The place of the batch size, or of the training if it has the default."""
    if spec._node is None:
        return Place(spec.name)
    training = spec._node.at(spec.training_path)
    said = training.get("batch_size")
    return training.place if said is None else said.place


def _unknown(spec: Spec, steps: Sequence[Step]) -> tuple[Place, str]:
    message = "how much memory training takes is not known without Keras"
    for step in steps:
        if step.weights is None and isinstance(step.row, int):
            path = ("layers", step.row)
            message += f", because of {dotted(path)} {step.kind}"
            place = spec._node.at(path).place if spec._node else Place(spec.name)
            return place, f"{message}; kspec summary shows it"
    return _place(spec), f"{message}; kspec summary may show it"
