"""Variables with their own learning rate and weight decay: `training.parameter_groups`."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import keras

from kspec.model.connect import place_of
from kspec.model.objects import build_error
from kspec.model.variable_paths import trained_variables
from kspec.spec.models import ParameterGroup, Spec
from kspec.spec.node import dotted
from kspec.spelling import nearest

__all__ = ["apply_groups", "group_variables"]


class Factors(NamedTuple):
    """The factors for a variable's learning rate and for its weight decay."""

    rate: float
    decay: float


_ALONE = Factors(1.0, 1.0)


def apply_groups(optimizer: keras.Optimizer, model: keras.Model, spec: Spec) -> None:
    """Make `optimizer` train the variables of `model` in the groups of `spec.training`.

    A variable is updated as with a learning rate `learning_rate_multiplier` times that of the
    optimizer, and decays by `weight_decay_multiplier` times its `weight_decay` at that rate, as in
    PyTorch's parameter groups. A variable whose rate is 0 stays unchanged, to the bit. The
    optimizer's configuration and saved state are the same as without groups.

    Raises BuildError for a group that contains no trained variable.
    """
    grouped = group_variables(model, spec)
    if grouped:
        inner = getattr(optimizer, "inner_optimizer", optimizer)  # Within a LossScaleOptimizer.
        _Grouped(inner, {inner._var_key(variable): factors for variable, factors in grouped})


def group_variables(model: keras.Model, spec: Spec) -> list[tuple[keras.Variable, Factors]]:
    """The variables of `model` that are in a group of `spec.training`: the first that matches.

    Raises BuildError for a group that contains no trained variable.
    """
    groups = spec.training.parameter_groups
    if not groups:
        return []
    trained = list(trained_variables(model))
    found, hit = [], set()
    for path, variable in trained:
        number = next((n for n, group in enumerate(groups) if _matches(group, path)), None)
        if number is not None:
            hit.add(number)
            group = groups[number]
            factors = Factors(group.learning_rate_multiplier, group.weight_decay_multiplier)
            found.append((variable, factors))
    for number, group in enumerate(groups):
        if number not in hit:
            where = (*spec.training_path, "parameter_groups", number, "matching")
            message = f"{dotted(where)}: {_nothing(group, [path for path, _ in trained])}"
            raise build_error(place_of(spec, *where), spec.name, message, "build")
    return found


def _matches(group: ParameterGroup, path: str) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in group.matching)


def _nothing(group: ParameterGroup, paths: Sequence[str]) -> str:
    """Why no variable is in a group."""
    patterns = " or ".join(f'"{pattern}"' for pattern in group.matching)
    if any(_matches(group, path) for path in paths):
        return f"all trained variables that match {patterns} are in groups before it"
    message = f"no trained variable matches {patterns}"
    ends = {f"*/{path.rpartition('/')[2]}" for path in paths}
    close = nearest(group.matching[0], [*paths, *sorted(ends)])
    if close is not None:
        return f'{message}. Did you mean "{close}"?'
    return f"{message}; there are {', '.join(paths[:6])}{', …' if len(paths) > 6 else ''}"


class _Grouped:
    """Runs the steps of an optimizer group by group, calling its own methods with another rate.

    They are replaced in this one object, so that it keeps its class, which is what is saved.
    """

    def __init__(self, optimizer: Any, factors: Mapping[Any, Factors]) -> None:
        self.optimizer = optimizer
        self.factors = factors
        self.shrunk_by = 1.0
        self.rate = optimizer._get_current_learning_rate
        self.step = optimizer._backend_update_step
        self.decay = optimizer._apply_weight_decay
        optimizer._get_current_learning_rate = self.current_rate
        optimizer._backend_update_step = self.update_step
        optimizer._apply_weight_decay = self.apply_weight_decay
        self.average = optimizer._update_model_variables_moving_average
        optimizer._update_model_variables_moving_average = self.update_average

    def current_rate(self) -> Any:
        return _times(self.rate(), self.shrunk_by)

    def update_step(
        self, grads: Sequence[Any], variables: Sequence[Any], learning_rate: Any
    ) -> None:
        # Among the optimizers only Nadam has state that is common to all variables.
        common = getattr(self.optimizer, "_u_product", None)
        before = None if common is None else keras.ops.copy(common)
        rates = [self.of(variable).rate for variable in variables]
        for factor, members in _by(rates, zip(grads, variables, strict=True)):
            if common is not None:
                common.assign(before)
            self.step(*map(list, zip(*members, strict=True)), _times(learning_rate, factor))

    def apply_weight_decay(self, variables: Sequence[Any]) -> None:
        decaying = [each for each in variables if self.optimizer._use_weight_decay(each)]
        for factor, members in _by([math.prod(self.of(each)) for each in decaying], decaying):
            # (Every optimizer of Keras multiplies the decay by the rate.)
            self.shrunk_by = factor
            try:
                self.decay(members)
            finally:
                self.shrunk_by = 1.0

    def update_average(self, variables: Sequence[Any]) -> None:
        self.average(variables)
        # The average of a constant would differ from it by rounding, and replace it.
        for variable in variables if self.optimizer.use_ema else ():
            if self.of(variable).rate == 0:
                number = self.optimizer._get_variable_index(variable)
                self.optimizer._model_variables_moving_average[number].assign(variable)

    def of(self, variable: Any) -> Factors:
        return self.factors.get(self.optimizer._var_key(variable), _ALONE)


def _by(factors: Iterable[float], things: Iterable[Any]) -> Iterator[tuple[float, list[Any]]]:
    """The things grouped by factor; those with factor 0 are left out."""
    found: defaultdict[float, list[Any]] = defaultdict(list)
    for factor, thing in zip(factors, things, strict=True):
        found[factor].append(thing)
    yield from ((factor, members) for factor, members in found.items() if factor)


def _times(rate: Any, factor: float) -> Any:
    return rate if factor == 1 else rate * factor
