"""All that a spec has Keras make, made once to see whether it can be."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.errors import BuildError, Problem
from kspec.model.build import build_layers
from kspec.model.claims import broken_claims
from kspec.model.compile import make_recipe
from kspec.model.connect import connect
from kspec.model.groups import group_variables
from kspec.model.initial_weights.looking import find_lookers
from kspec.model.phase import flags_of, thaw
from kspec.model.table import not_allocated
from kspec.spec.models import Spec

__all__ = ["trial"]


def trial(spec: Spec) -> Iterator[Problem]:
    """What goes wrong with the network of `spec`, its augmentation, optimizer, loss and metrics.

    No weights are allocated.
    """
    for part in (broken_claims, _augmentation, _recipe, _trainable, _looking):
        try:
            yield from part(spec)
        except BuildError as error:
            yield from error.problems


def _augmentation(spec: Spec) -> tuple[Problem, ...]:
    build_layers(spec, "augmentation")
    return ()


def _recipe(spec: Spec) -> tuple[Problem, ...]:
    for number in range(len(spec.phases)):
        make_recipe(spec.in_phase(number))
    return ()


def _trainable(spec: Spec) -> tuple[Problem, ...]:
    if not any(phase.trainable or phase.parameter_groups for phase in spec.phases):
        return ()
    with not_allocated():
        model = connect(spec)
        own = flags_of(model)
        for number in range(len(spec.phases)):
            phase = spec.in_phase(number)
            thaw(model, phase, own)
            group_variables(model, phase)
    return ()


def _looking(spec: Spec) -> tuple[Problem, ...]:
    with not_allocated():
        find_lookers(connect(spec), spec)
    return ()
