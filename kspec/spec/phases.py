"""A training in several phases: what each inherits from the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kspec.spec.canonical_objects import canonical_object
from kspec.spec.extends import merge
from kspec.spec.node import Node

__all__ = ["INHERITED", "OF_THE_WHOLE", "in_full", "inherit_phases", "phases_of"]

OF_THE_WHOLE = ("checkpoint", "deterministic", "precision", "compile", "trackers")
"""Keys that the first phase sets for the whole training."""

INHERITED: Mapping[str, Any] = {
    "steps_per_epoch": None,
    "parameter_groups": [],
    "averaging": None,
}
"""Keys that are absent by default, with the value that means absent in a later phase, which would
otherwise inherit them from the one before."""

# Keys that are not inherited.
_OWN = ("epochs", "features", *OF_THE_WHOLE)

# A name alone is short for an object without arguments.
_NAMED = {"optimizer": "optimizers", "loss": "losses"}


def inherit_phases(training: Node) -> Node:
    """The value of `training` with each phase of a list laid over the one before it.

    They are merged as in `extends`: objects key by key, unless they name another type. In
    `trainable` the value of each layer is replaced as a whole. A list of one phase becomes that
    phase.
    """
    if not isinstance(training.value, list) or not training.value:
        return training
    phases: list[Node] = []
    for phase in training.value:
        phases.append(_over(phases[-1], phase) if phases else phase)
    return phases[0] if len(phases) == 1 else Node(phases, training.place)


def phases_of(training: Node | None) -> list[Node]:
    """The phases of the value of `training`; none where that is neither an object nor a list."""
    if training is None:
        return []
    found = training.value if isinstance(training.value, list) else [training]
    return [phase for phase in found if isinstance(phase.value, dict)]


def in_full(phases: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The values of complete phases as they are written: what a phase lacks but would inherit is
    explicitly absent."""
    found: list[dict[str, Any]] = []
    for phase in phases:
        before = found[-1] if found else {}
        taken_away = {key: absent for key, absent in INHERITED.items() if before.get(key)}
        found.append({**taken_away, **phase})
    return found


def _over(before: Node, phase: Node) -> Node:
    if not isinstance(before.value, dict) or not isinstance(phase.value, dict):
        return phase
    base = _unfolded(before.without(*_OWN))
    merged = merge(base, _as_spelled_in(base, _unfolded(phase)))
    layers, own = base.get("trainable"), phase.get("trainable")
    if layers is None or own is None:
        return merged
    if not isinstance(layers.value, dict) or not isinstance(own.value, dict):
        return merged
    both = Node({**layers.value, **own.value}, own.place, {**layers.keys, **own.keys})
    return Node({**merged.value, "trainable": both}, merged.place, merged.keys)


def _unfolded(phase: Node) -> Node:
    """`phase` with names alone expanded to objects, so that both forms merge alike."""
    members = dict(phase.value)
    for key in _NAMED:
        named = members.get(key)
        if named is not None and isinstance(named.value, str):
            members[key] = Node({"type": named}, named.place, {"type": named.place})
    return Node(members, phase.place, phase.keys)


def _as_spelled_in(base: Node, phase: Node) -> Node:
    """`phase` with the spelling of `base` where both name the same class: "adam" is "Adam"."""
    members = dict(phase.value)
    for key, kind in _NAMED.items():
        named, before = members.get(key), base.get(key)
        if named is None or before is None:
            continue
        own, old = named.get("type"), before.get("type")
        if own is not None and old is not None and _is_same(kind, own.value, old.value):
            members[key] = Node({**named.value, "type": old}, named.place, named.keys)
    return Node(members, phase.place, phase.keys)


def _is_same(kind: str, *names: Any) -> bool:
    if not all(isinstance(name, str) for name in names):
        return False
    return len({canonical_object(kind, name)["type"] for name in names}) == 1
