"""One call of a layer, with what determines its cost."""

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
    """A call of a layer that is not a nested network.

    `row` is the layer of the spec that it belongs to, by index or name; a nested network is one row
    with many steps. `given` and `made` are its inputs and outputs, as shapes without the batch
    axis; `takes` and `makes` identify those tensors, so that a consumer has the same key as the
    producer. `weights` are those that it adds to the network, none for a layer that was called
    before; `learns` says whether a gradient of its weights is computed. None is for what is not
    known.
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
    """The result of `count`; None if it depends on something that is not known here."""
    try:
        return count()
    except (Unsure, CannotFit):
        return None
