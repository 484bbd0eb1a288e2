"""Everything that a spec has Keras create, created once to see whether that works."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.errors import BuildError, Problem
from kspec.initializers import PatchWhitening
from kspec.model.build import build_augmentation
from kspec.model.claims import broken_claims
from kspec.model.compile import make_recipe
from kspec.model.connect import connect
from kspec.model.groups import group_variables
from kspec.model.initial_weights.looking import find_lookers
from kspec.model.phase import flags_of, thaw
from kspec.model.table import not_allocated, tabulate_spec
from kspec.spec.models import Spec

__all__ = ["trial"]


def trial(spec: Spec) -> Iterator[Problem]:
    """What goes wrong with the network of `spec`, its augmentation, optimizer, loss and metrics.

    No weights are allocated.
    """
    for part in (_claims, _augmentation, _recipe, _network):
        try:
            yield from part(spec)
        except BuildError as error:
            yield from error.problems


def _claims(spec: Spec) -> Iterator[Problem]:
    return broken_claims(spec, tabulate_spec(spec))


def _augmentation(spec: Spec) -> tuple[Problem, ...]:
    build_augmentation(spec)
    return ()


def _recipe(spec: Spec) -> tuple[Problem, ...]:
    for number in range(len(spec.phases)):
        make_recipe(spec.in_phase(number))
    return ()


def _network(spec: Spec) -> tuple[Problem, ...]:
    """Problems with names of layers and variables that only the network has."""
    parts = any(phase.trainable or phase.parameter_groups for phase in spec.phases)
    if not parts and PatchWhitening.__name__ not in spec.model_dump_json(include={"layers"}):
        return ()
    with not_allocated():
        model = connect(spec)
        find_lookers(model, spec)
        own = flags_of(model)
        for number in range(len(spec.phases)):
            phase = spec.in_phase(number)
            thaw(model, phase, own)
            group_variables(model, phase)
    return ()
