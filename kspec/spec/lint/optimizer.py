"""The optimizer as the rules see it: without the scaling of the loss around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kspec.spec.lint.names import name_of, named
from kspec.spec.lint.rule import Path
from kspec.spec.models import Spec

__all__ = ["Optimizer", "optimizer_of"]


@dataclass(frozen=True)
class Optimizer:
    """Keras's name of an optimizer, its arguments, and its path in the resolved spec."""

    name: str
    arguments: Mapping[str, Any]
    path: Path


def optimizer_of(spec: Spec) -> Optimizer:
    """What updates the weights: of a LossScaleOptimizer, the optimizer within."""
    optimizer = spec.training.optimizer
    path = ("training", "optimizer")
    inner = named("optimizers", optimizer.arguments.get("inner_optimizer"))
    if inner is not None:
        return Optimizer(inner[0], dict(inner[1]), (*path, "inner_optimizer"))
    return Optimizer(name_of("optimizers", optimizer.type), optimizer.arguments, path)
