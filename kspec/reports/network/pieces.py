"""Pieces, which are drawn as one box: a layer and the next ones that keep its shape."""

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
    """The calls of `graph` in pieces, and for each piece the index of the last one that uses it.

    A convolution, its normalization, activation and dropout are one piece: they have one shape, and
    separate boxes would take four times as long to read. Outputs of the network count as used by a
    piece after the last.
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
    # (Normalization after a merge of several begins the next block, as in DenseNet.)
    if call.layer.type in FAMILIES["normalization"] and not isinstance(before.inputs, Tensor):
        return False
    return (
        call.layer.type in _FOLLOWS
        and call.target == call.index
        and call.inputs == Tensor(before.index)
        and last_use[before.index] == call.index
    )


def _last_use(graph: Graph) -> list[int]:
    """For each call the index of the last one that uses its output; its own if none does."""
    last = [call.index for call in graph.calls]
    for call in graph.calls:
        for tensor in tensors_of(call.inputs):
            if isinstance(tensor.source, int):
                last[tensor.source] = max(last[tensor.source], call.index)
    for tensor in graph.given():
        if isinstance(tensor.source, int):
            last[tensor.source] = len(last)
    return last
