"""One call of a layer, as far as it has a cost."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from kspec.spec.cost.weights import Weights
from kspec.spec.shapes.shape import CannotFit, Given, Outputs, Unsure

__all__ = ["Step", "unless_unsure"]

T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """A call of a layer that holds no network.

    `row` is the layer of the spec that it belongs to, by its index or its name; a nested network is
    one, and has many steps. `given` and `made` are what it is called with and what it gives, shapes
    without the batch axis; `takes` and `makes` name those tensors: who takes what another makes has
    its name. `weights` are what it adds to the network, none for a layer that was called before;
    `learns` says whether a gradient of weights is computed here. None is for what is not known.
    """

    row: int | str
    kind: str
    arguments: Mapping[str, Any]
    given: Given
    made: Outputs
    takes: tuple[Hashable, ...]
    makes: tuple[Hashable, ...]
    weights: Weights | None
    learns: bool


def unless_unsure(count: Callable[[], T]) -> T | None:
    """What `count` gives; None where it depends on something that is not known here."""
    try:
        return count()
    except (Unsure, CannotFit):
        return None
