"""The results of a comparison."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["PARTS", "Departure", "Differences", "Layer", "Report", "Widest", "relative"]

PARTS = {
    "weights": "initial weights",
    "batches": "batches",
    "augmentation": "what a layer of the augmentation gives",
    "forward": "what a layer gives",
    "state": "a layer's moving averages and the like after a call in training",
    "loss": "the loss of the same outputs, and its gradient",
    "gradient": "a layer's gradients",
    "gradients": "the gradients of the whole network",
    "updates": "the change of the weights by the first steps",
    "statistics": "the statistics after the first step",
    "losses": "the losses",
}
"""What is compared, in the order of cause and effect."""


@dataclass(frozen=True)
class Widest:
    """The largest of several differences, and what it is of: "output", "0 kernel", "input"."""

    difference: float
    of: str


@dataclass(frozen=True)
class Differences:
    """How far one layer on one backend is from the reference; None for what it does not have.

    `inference`, `training`, `state` and `gradient` are of the layer fed with the reference's input:
    its output in both modes, its moving averages and the like after a call in training, and its
    gradients. `handed_on` is how far its output is when every layer is fed by the one before.
    """

    inference: Widest | None = None
    training: Widest | None = None
    state: Widest | None = None
    gradient: Widest | None = None
    handed_on: float = 0.0

    @property
    def forward(self) -> float:
        """The largest difference in the forward pass."""
        each = (self.inference, self.training, self.state)
        return max((found.difference for found in each if found), default=0.0)


@dataclass(frozen=True)
class Layer:
    """One call of a layer, and its differences by backend."""

    name: str
    type: str
    differences: Mapping[str, Differences]


@dataclass(frozen=True)
class Departure:
    """A difference that is larger than its tolerance.

    `part` is the comparison, one of `PARTS`; `what` describes it. `layer` is the name of the
    layer, "tower/conv2d", and `type` its class; both are None if it does not concern a layer.
    """

    backend: str
    part: str
    what: str
    layer: str | None
    type: str | None
    difference: float
    tolerance: float


@dataclass(frozen=True)
class Report:
    """Everything that was compared; `departures` are in the order of causes.

    The first of them is the one to look at: later ones may follow from it. `layers` are in the
    order of their calls, the augmentation first. `loss`, `gradients`, `updates` (of the weights, by
    the first steps) and `statistics` have the differences by backend and then by name, `losses` the
    losses themselves, including the reference's, and `tolerated` the tolerance for each step.
    """

    name: str
    spec: str
    reference: str
    versions: Mapping[str, str | None]
    keras: str
    steps: int
    batch_size: int
    random: str
    weights: Mapping[str, bool]
    batches: Mapping[str, bool]
    layers: tuple[Layer, ...]
    loss: Mapping[str, Mapping[str, float]]
    gradients: Mapping[str, Mapping[str, float]]
    updates: Mapping[str, Mapping[str, float]]
    statistics: Mapping[str, Mapping[str, float]]
    losses: Mapping[str, tuple[float, ...]]
    tolerated: tuple[float, ...]
    departures: tuple[Departure, ...] = field(default=())

    @property
    def agree(self) -> bool:
        return not self.departures

    @property
    def others(self) -> list[str]:
        """The backends that were compared with the reference."""
        return [name for name in self.versions if name != self.reference]

    def loss_difference(self, backend: str, step: int) -> float:
        """How far the loss before that step is from the reference's, relative to the latter."""
        return relative(self.losses[self.reference][step], self.losses[backend][step])

    @property
    def verdict(self) -> str:
        """One line: whether they agree, or the first place where they do not."""
        if self.agree:
            *most, last = self.versions
            over = "1 step" if self.steps == 1 else f"{self.steps} steps"
            return f"{self.name}: {', '.join(most)} and {last} agree over {over}"
        first = self.departures[0]
        same = dict.fromkeys(
            d.backend for d in self.departures if (d.part, d.layer) == (first.part, first.layer)
        )
        where = f"{first.layer} ({first.type})" if first.type else first.layer
        subject = f"{where} departs" if where else "they depart"
        return (
            f"{self.name}: {subject} on {' and '.join(same)} from {self.reference}: {first.what} "
            f"differs by {first.difference:.1e}; tolerated is {first.tolerance:.1e}"
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values; infinities and NaN become null."""
        values = {**asdict(self), "agree": self.agree, "verdict": self.verdict}
        plain: dict[str, Any] = _plain(values)
        return plain


def relative(reference: float, other: float) -> float:
    """The difference of two losses relative to the first."""
    if reference == other or (math.isnan(reference) and math.isnan(other)):
        return 0.0
    gap = abs(reference - other) / max(abs(reference), 1e-6)
    return gap if math.isfinite(gap) else math.inf


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
