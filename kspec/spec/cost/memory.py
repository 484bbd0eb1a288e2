"""The memory that training takes: weights, gradients, optimizer state, and what a batch needs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from kspec.spec.cost.kept import Kept, kept_by, shapes_in
from kspec.spec.cost.slots import slots_of
from kspec.spec.cost.step import Step, unless_unsure
from kspec.spec.models import Training
from kspec.spec.shapes.shape import size_of

__all__ = ["BYTES", "Activations", "Memory", "activations_of", "memory_of", "width_of"]

BYTES = 4
"""The size of a float32 number."""
HALF = 2
"""The size of a number in mixed precision (`training.precision`)."""

# What the loss keeps of each output: probabilities, their logarithms, a gradient.
_OF_LOSS = 2


@dataclass(frozen=True)
class Memory:
    """Bytes that a step of training takes, beside the framework and the data.

    If weights are averaged, the average is counted among `weights`. `kernels` are copies of kernels
    in the layout that PyTorch needs. `activations` are kept for each sample from the forward pass
    to the backward pass. `passing` is needed in the forward pass besides: the outputs of layers,
    which Keras holds until its end, and what the largest layer needs for itself. None is for what
    is not known.
    """

    batch_size: int
    weights: int | None
    gradients: int | None
    slots: int | None
    kernels: int | None
    activations: int | None
    passing: int | None

    @property
    def fixed(self) -> int | None:
        """The part that does not depend on the batch size."""
        return _sum((self.weights, self.gradients, self.slots, self.kernels))

    @property
    def per_sample(self) -> int | None:
        """What each sample of a batch adds."""
        return _sum((self.activations, self.passing))

    @property
    def peak(self) -> int | None:
        """The most that is taken at one time."""
        fixed, sample = self.fixed, self.per_sample
        return None if fixed is None or sample is None else fixed + self.batch_size * sample

    def largest_batch(self, limit: int) -> int | None:
        """The largest batch that fits in `limit` bytes; 0 if not even one sample does."""
        fixed, sample = self.fixed, self.per_sample
        if fixed is None or sample is None:
            return None
        return max(0, (limit - fixed) // max(sample, 1))

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "peak": self.peak}


def memory_of(steps: Sequence[Step], training: Training) -> Memory:
    """The memory for training the network of `steps`, which say what is trained."""
    weights = [step.weights for step in steps]
    known = [each for each in weights if each is not None]
    trained = sum(each[0] for each in known) * BYTES if len(known) == len(weights) else None
    slots = slots_of(training.optimizer)
    found = activations_of(steps, width_of(training))
    copies = 1 if training.averaging is None else 2
    return Memory(
        batch_size=training.batch_size,
        weights=None if trained is None else copies * sum(map(sum, known)) * BYTES,
        gradients=trained,
        slots=None if trained is None or slots is None else slots * trained,
        kernels=found.kernels,
        activations=found.total,
        passing=found.passing,
    )


def width_of(training: Training) -> int:
    """The bytes of a number that layers pass on."""
    return BYTES if training.precision == "float32" else HALF


@dataclass
class Activations:
    """Bytes kept for one sample, by the row of the step that keeps them first; and bytes of copied
    kernels, which all samples share."""

    width: int = BYTES
    by_row: dict[int | str, int | None] = field(default_factory=dict)
    kernels: int | None = 0
    of_loss: int | None = 0
    passing: int | None = 0

    @property
    def total(self) -> int | None:
        return _sum((*self.by_row.values(), self.of_loss))

    def add(self, row: int | str, numbers: float | None) -> None:
        so_far = self.by_row.get(row, 0)
        more = None if numbers is None else round(numbers * self.width)
        self.by_row[row] = None if so_far is None or more is None else so_far + more


def activations_of(steps: Sequence[Step], width: int = BYTES) -> Activations:
    """What the steps keep for one sample, in numbers of `width` bytes.

    Before the first trained weight nothing is kept, since the backward pass ends there. A tensor
    that several layers need again is kept once.
    """
    found, sizes = Activations(width=width), _sizes(steps)
    reached: set[Hashable] = set()
    same: dict[Hashable, Hashable] = {}
    there: dict[Hashable, int | None] = {}
    for number, step in enumerate(steps):
        found.add(step.row, 0)
        kept = unless_unsure(partial(_kept, step))
        if kept is not None and kept.view and len(step.takes) == len(step.makes) == 1:
            same[step.makes[0]] = same.get(step.takes[0], step.takes[0])
        if not (step.learns or reached.intersection(step.takes)):
            continue
        reached.update(step.makes)
        if kept is None:
            found.add(step.row, None)
            continue
        found.add(step.row, kept.own)
        if kept.copies:
            kernel = None if step.weights is None else sum(step.weights) * BYTES
            found.kernels = _sum((found.kernels, kernel))
        wanted = {same.get(key, key): sizes.get(key) for key in step.makes if kept.output}
        for key in step.takes if kept.inputs else ():
            wanted[("copy", number, key) if kept.copies else same.get(key, key)] = sizes.get(key)
        for place in wanted.keys() - there.keys():
            found.add(step.row, wanted[place])
        there |= wanted
    made = {same.get(key, key): sizes.get(key) for step in steps for key in step.makes}
    besides = _sum(size for key, size in made.items() if key not in there)
    largest = _largest(steps, sizes)
    found.passing = None if besides is None or largest is None else (besides + largest) * width
    found.of_loss = _of_outputs(steps, sizes, reached)
    return found


def _kept(step: Step) -> Kept:
    return kept_by(step.kind, step.arguments, step.given, step.made, learns=step.learns)


def _sizes(steps: Iterable[Step]) -> dict[Hashable, int | None]:
    """How many numbers of one sample each tensor has."""
    sizes: dict[Hashable, int | None] = {}
    for step in steps:
        for keys, shapes in ((step.takes, step.given), (step.makes, step.made)):
            for key, shape in zip(keys, shapes_in(shapes), strict=False):
                sizes[key] = None if shape is None else size_of(shape)
    return sizes


def _largest(steps: Iterable[Step], sizes: Mapping[Hashable, int | None]) -> int | None:
    most = 0
    for step in steps:
        numbers = _sum(sizes.get(key) for key in {*step.takes, *step.makes})
        if numbers is None:
            return None
        most = max(most, numbers)
    return most


def _of_outputs(
    steps: Iterable[Step], sizes: Mapping[Hashable, int | None], reached: set[Hashable]
) -> int | None:
    taken = {key for step in steps for key in step.takes}
    numbers = _sum(sizes.get(key) for key in reached - taken)
    return None if numbers is None else _OF_LOSS * numbers * BYTES


def _sum(parts: Iterable[int | None]) -> int | None:
    total = 0
    for part in parts:
        if part is None:
            return None
        total += part
    return total
