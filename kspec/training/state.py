"""All state of a training, captured and restored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Protocol

import keras
import numpy as np

from kspec.errors import RunError
from kspec.runs.arrays import native
from kspec.runs.checkpoints import Checkpoint, Position
from kspec.training.generators import capture_generators, restore_generators

__all__ = ["Moment", "Stateful", "Training"]

Arrays = dict[str, np.ndarray]


class Stateful(Protocol):
    """A part of the training that keeps state from epoch to epoch."""

    def state(self) -> tuple[dict[str, Any], Sequence[np.ndarray]]:
        """Its state, as JSON values and arrays."""

    def restore(self, state: dict[str, Any], arrays: Sequence[np.ndarray]) -> None:
        """Replace its state with this."""


@dataclass(frozen=True)
class Moment:
    """The state that a validation changes: metric accumulators and the global generators.

    (Under torch every pass through the data draws a number, whether it needs one or not.)
    """

    metrics: list[np.ndarray]
    generators: tuple[Arrays, dict[str, Any]]


@dataclass(frozen=True)
class Training:
    """The state of a run in training: the model, and the stateful parts, by name.

    A compiled Keras model holds the weights, the states of its seed generators, the optimizer's
    slots with its step, learning rate and loss scale, and the accumulators of the metrics.
    """

    model: keras.Model
    parts: Mapping[str, Stateful]

    def capture(self, position: Position, moment: Moment | None = None) -> Checkpoint:
        """A copy of everything; what a validation would change is taken from `moment`."""
        moment = moment or self.moment()
        arrays = {**moment.generators[0]}
        groups = self._variables()
        arrays |= _numbered("model", [_copy(variable) for variable in groups["model"]])
        arrays |= _numbered("optimizer", [_copy(variable) for variable in groups["optimizer"]])
        arrays |= _numbered("metrics", moment.metrics)
        states = {}
        for name, part in self.parts.items():
            states[name], own = part.state()
            arrays |= _numbered(f"parts/{name}", [native(array) for array in own])
        state = {
            "stop": bool(self.model.stop_training),
            "optimizer": _kind(self.model.optimizer),
            "random": moment.generators[1],
            "parts": states,
            "paths": {group: [v.path for v in variables] for group, variables in groups.items()},
        }
        return Checkpoint(position, arrays, state)

    def moment(self) -> Moment:
        """A copy of what a validation would change."""
        metrics = [_copy(variable) for variable in self.model.metrics_variables]
        return Moment(metrics, capture_generators())

    def restore(self, checkpoint: Checkpoint, *, metrics: bool = False) -> None:
        """Restore `checkpoint`, the accumulators only if `metrics`: the first step creates them.

        Raises RunError if the shape of a variable differs from that in the checkpoint.
        """
        arrays, state = checkpoint.arrays, checkpoint.state
        kind = _kind(self.model.optimizer)
        if state["optimizer"] != kind:
            raise RunError(
                f"the checkpoint does not fit the optimizer: it is of {state['optimizer']}, whose "
                f"state {kind} cannot use"
            )
        if not self.model.optimizer.built:  # (LossScaleOptimizer would build itself twice.)
            self.model.optimizer.build(self.model.trainable_variables)
        for group, variables in self._variables().items():
            if group != "metrics" or metrics:
                _assign(group, variables, _of(arrays, group), state["paths"][group])
        for name, part in self.parts.items():
            if name in state["parts"]:
                part.restore(state["parts"][name], _of(arrays, f"parts/{name}"))
        restore_generators(arrays, state["random"])
        self.model.stop_training = state["stop"]

    def _variables(self) -> dict[str, list[Any]]:
        return {
            "model": self.model.variables,
            "optimizer": self.model.optimizer.variables,
            "metrics": self.model.metrics_variables,
        }


def _kind(optimizer: keras.optimizers.Optimizer) -> str:
    """The class of an optimizer, including that of its inner optimizer."""
    inner = getattr(optimizer, "inner_optimizer", None)
    return type(optimizer).__name__ + (f" of {_kind(inner)}" if inner is not None else "")


def _copy(variable: Any) -> np.ndarray:
    """The value of a variable, copied."""
    return native(np.array(keras.ops.convert_to_numpy(variable)))


def _numbered(group: str, values: Sequence[np.ndarray]) -> Arrays:
    return {f"{group}/{number:05d}": value for number, value in enumerate(values)}


def _of(arrays: Arrays, group: str) -> list[np.ndarray]:
    return [arrays[name] for name in sorted(arrays) if name.rpartition("/")[0] == group]


def _assign(
    group: str, variables: Sequence[Any], values: Sequence[np.ndarray], paths: Sequence[str]
) -> None:
    for variable, value, path in zip_longest(variables, values, paths[: len(values)]):
        own = None if variable is None else tuple(variable.shape)
        kept = None if value is None else value.shape
        if own != kept:
            here = "nothing" if own is None else f"{variable.path} {own}"
            there = "nothing" if kept is None else f"{path} {kept}"
            raise RunError(
                f"the checkpoint does not fit the {group}: it has {there} where there is {here} now"
            )
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
