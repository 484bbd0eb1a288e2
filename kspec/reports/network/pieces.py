"""What is drawn as one: a layer, and those behind it that leave its shape as it is."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.spec.graph import Call, Graph, Tensor, tensors_of
from kspec.spec.shapes.families import FAMILIES

__all__ = ["Piece", "pieces_of"]

Piece = tuple[Call, ...]
"""Calls that follow each other, of which nobody else takes anything but from the last."""

_FOLLOWS = frozenset(
    ("LayerScale", "StochasticDepth", "Rescaling", *FAMILIES["unchanged"])
    + FAMILIES["normalization"]
)


def pieces_of(graph: Graph) -> tuple[list[Piece], list[int]]:
    """The calls of `graph` in pieces, and for each piece the last one that takes something of it.

    A convolution, its normalization, activation and dropout are one piece: they have one shape, and
    one place for each would be four times as long to read. What the network gives is taken by a
    piece behind the last.
    """
    last_use = _last_use(graph)
    pieces: list[Piece] = []
    for call in graph.calls:
        if pieces and _goes_on(call, pieces[-1][-1], last_use):
            pieces[-1] += (call,)
        else:
            pieces.append((call,))
    place_of = {call.index: place for place, piece in enumerate(pieces) for call in piece}
    behind = len(pieces)
    return pieces, [place_of.get(last_use[piece[-1].index], behind) for piece in pieces]


def _goes_on(call: Call, before: Call, last_use: Sequence[int]) -> bool:
    # (What normalizes several together begins the next block, as in DenseNet, and ends no block.)
    if call.layer.type in FAMILIES["normalization"] and not isinstance(before.inputs, Tensor):
        return False
    return (
        call.layer.type in _FOLLOWS
        and call.target == call.index
        and call.inputs == Tensor(before.index)
        and last_use[before.index] == call.index
    )


def _last_use(graph: Graph) -> list[int]:
    """For each call the last one that takes something of it; itself where none does."""
    last = [call.index for call in graph.calls]
    for call in graph.calls:
        for tensor in tensors_of(call.inputs):
            if isinstance(tensor.source, int):
                last[tensor.source] = max(last[tensor.source], call.index)
    for tensor in graph.given():
        if isinstance(tensor.source, int):
            last[tensor.source] = len(last)
    return last
