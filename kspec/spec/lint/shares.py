"""Moving averages that keep less than nothing of what was before, or all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kspec.spec.graph import Graph
from kspec.spec.lint.learning_rate import USUAL
from kspec.spec.lint.names import number, refused
from kspec.spec.lint.network import sites
from kspec.spec.lint.optimizer import optimizer_of
from kspec.spec.lint.rule import Finding, Path, Rule
from kspec.spec.models import Spec

__all__ = ["SHARE_OUT_OF_RANGE"]

# Keras divides by what they leave of 1, or its root.
_BELOW_ONE = ("adam_beta_1", "adam_beta_2", "beta_1", "beta_2", "rho")
_SHARES = (*_BELOW_ONE, "ema_momentum", "momentum", "renorm_momentum")


def _find(spec: Spec, graph: Graph) -> Iterator[Finding]:
    optimizer = optimizer_of(spec)
    if optimizer.name in USUAL:  # A plugin's may mean something else.
        yield from _wrong("optimizers", optimizer.name, optimizer.arguments, optimizer.path)
    for site in sites(graph):
        if site.name == "BatchNormalization":
            yield from _wrong("layers", site.name, site.layer.arguments, site.path)


def _wrong(kind: str, name: str, arguments: Mapping[str, Any], path: Path) -> Iterator[Finding]:
    for key in _SHARES:
        share = number(arguments.get(key))
        if share is None or refused(kind, name, key, share):
            continue
        if not 0 <= share <= 1 or (share == 1 and key in _BELOW_ONE):
            end = "below 1" if key in _BELOW_ONE else "1"
            message = f'{name}: "{key}" {share:g} is no share; it must be from 0 to {end}'
            yield Finding((*path, key), message)


SHARE_OUT_OF_RANGE = Rule(
    code="share-out-of-range",
    level="error",
    title="A moving average that keeps no share of what was before",
    reason=(
        "A moving average keeps a share of its value at each step and takes the rest from what is "
        "new: 0.9 keeps nine tenths. Above 1 it grows without end, and the training with it; below "
        "0 it changes its sign at each step. Keras takes any number in most places."
    ),
    wrong="""{"training": {"optimizer": {"type": "Adam", "beta_2": 999}}}""",
    right="""{"training": {"optimizer": {"type": "Adam", "beta_2": 0.999}}}""",
    find=_find,
)
