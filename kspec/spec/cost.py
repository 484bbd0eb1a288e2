"""What a network has and does, known without a framework where the shapes are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from kspec.spec.graph import Call
from kspec.spec.models import Spec
from kspec.spec.shapes import CannotFit, Shapes, carry, shapes_within
from kspec.spec.shapes.shape import UNKNOWN, Given, Unsure
from kspec.spec.shapes.weights import Weights, trainable_or_not, weights_of
from kspec.spec.shapes.work import work_of

__all__ = ["Cost", "cost_of", "weights_by_layer"]

T = TypeVar("T")


@dataclass(frozen=True)
class Cost:
    """Parameters, those of them that are trained, and multiply-adds for one sample; None for what
    is not known."""

    total_params: int | None
    trainable_params: int | None
    multiply_adds: int | None


def cost_of(spec: Spec) -> Cost:
    """The cost of the network of `spec`. Raises SpecError for references that lead nowhere."""
    shapes = carry(spec)
    weights = weights_by_layer(shapes)
    known = [each for each in weights if each is not None]
    sure = len(known) == len(weights)
    return Cost(
        sum(trained + fixed for trained, fixed in known) if sure else None,
        sum(trained for trained, _ in known) if sure else None,
        _unless_unsure(partial(_work, shapes)),
    )


def weights_by_layer(shapes: Shapes) -> list[Weights | None]:
    """The weights of each call of a network; None where not known, none for a call that shares."""
    return [_unless_unsure(partial(_weights, call, shapes)) for call in shapes.graph.calls]


def _unless_unsure(count: Callable[[], T]) -> T | None:
    try:
        return count()
    except (Unsure, CannotFit):
        return None


def _given(call: Call, shapes: Shapes) -> Given:
    given = shapes.given(call)
    if given is UNKNOWN:
        raise Unsure
    return given


def _weights(call: Call, shapes: Shapes) -> Weights:
    if call.target != call.index:
        return 0, 0
    if call.inner is None:
        return weights_of(call.layer.type, call.layer.arguments, _given(call, shapes))
    within = weights_by_layer(shapes_within(call, shapes))
    known = [each for each in within if each is not None]
    if len(known) < len(within):
        raise Unsure
    trained, fixed = (sum(each[index] for each in known) for index in (0, 1))
    return trainable_or_not((trained, fixed), call.layer.arguments.get("trainable"))


def _work(shapes: Shapes) -> int:
    total = 0
    for call in shapes.graph.calls:
        target = shapes.graph.calls[call.target]
        given = _given(call, shapes)
        if target.inner is not None:
            total += _work(shapes_within(target, shapes, given))
        else:
            layer = target.layer
            total += work_of(layer.type, layer.arguments, given, shapes.calls[call.index])
    return total
