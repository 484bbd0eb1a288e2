"""The cost of training a network, computed without a framework from its shapes.

Multiply-adds are those of kernels with inputs and of tensors with each other; each is two
floating-point operations (FLOPs). Unknown values are None, never guessed.
"""

from kspec.spec.cost.limit import memory_problems
from kspec.spec.cost.memory import Memory, memory_of, width_of
from kspec.spec.cost.network import Cost, LayerCost, cost_of, layer_costs, training_memory
from kspec.spec.cost.step import Step
from kspec.spec.cost.walk import steps_of

__all__ = [
    "Cost",
    "LayerCost",
    "Memory",
    "Step",
    "cost_of",
    "layer_costs",
    "memory_of",
    "memory_problems",
    "steps_of",
    "training_memory",
    "width_of",
]
