"""The cost of a network from its Keras model, which includes the layers of backbones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras

from kspec.model.connect import connect
from kspec.model.phase import flags_of, thaw
from kspec.model.steps import steps_of_model
from kspec.model.table import not_allocated
from kspec.spec.cost import LayerCost, Memory, layer_costs, memory_of, width_of
from kspec.spec.models import Spec

__all__ = ["ModelCost", "cost_of_model", "cost_of_phases"]


@dataclass(frozen=True)
class ModelCost:
    """The cost of each layer by name, in the phase that needs most memory, and the memory of each
    phase."""

    layers: dict[int | str, LayerCost]
    memories: tuple[Memory, ...]

    @property
    def flops(self) -> int | None:
        """The FLOPs of a forward pass for one sample."""
        known = [each.flops for each in self.layers.values() if each.flops is not None]
        return sum(known) if len(known) == len(self.layers) else None

    @property
    def largest(self) -> int:
        """The phase that needs most memory, from 0."""
        return max(range(len(self.memories)), key=lambda number: self.memories[number].peak or 0)

    def to_json(self) -> dict[str, Any]:
        return {"flops": self.flops, "memory": [memory.to_json() for memory in self.memories]}


def cost_of_model(spec: Spec) -> ModelCost:
    """The cost of the network that `spec` describes; no weight is allocated.

    Raises BuildError as `kspec.model.build.build` does.
    """
    with not_allocated():
        return cost_of_phases(connect(spec), spec)


def cost_of_phases(model: keras.Model, spec: Spec) -> ModelCost:
    """The cost of `model`, the network of `spec`; changes which layers are trainable."""
    own, phases = flags_of(model), []
    for number in range(len(spec.phases)):
        phase = spec.in_phase(number)
        thaw(model, phase, own)
        steps = steps_of_model(model)
        phases.append(
            (memory_of(steps, phase.training), layer_costs(steps, width_of(phase.training)))
        )
    most = max(phases, key=lambda phase: phase[0].peak or 0)
    return ModelCost(most[1], tuple(memory for memory, _ in phases))
