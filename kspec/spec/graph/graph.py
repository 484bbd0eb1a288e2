"""A network as calls of layers, each with the tensors that it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kspec.spec.models import Layer
from kspec.spec.within import within

__all__ = ["Call", "Graph", "Inputs", "Tensor", "tensors_of"]


@dataclass(frozen=True)
class Tensor:
    """An output of a layer, or a model input.

    `source` is the index of the call in the flat list, or the name of a model input; `output` is
    the index of the output, if the layer has several.
    """

    source: int | str
    output: int | None = None


Inputs = Any
"""A Tensor, a number, a list of Inputs, or a dict of keywords and Inputs (or true and false)."""


@dataclass(frozen=True)
class Call:
    """One call of a layer. `target` is the index of the layer that is called: its own, or that of
    the layer it shares; `inner` is the graph within a nested model."""

    index: int
    layer: Layer
    target: int
    inputs: Inputs
    inner: Graph | None = None


@dataclass(frozen=True)
class Graph:
    """A network: the names of its inputs, its calls in order, and its outputs.

    `outputs` is one Tensor, or a tuple of them if the spec lists several.
    """

    inputs: tuple[str, ...]
    calls: tuple[Call, ...]
    outputs: Tensor | tuple[Tensor, ...]

    def given(self) -> tuple[Tensor, ...]:
        """The outputs as a tuple."""
        return (self.outputs,) if isinstance(self.outputs, Tensor) else self.outputs

    def takers(self, index: int) -> Iterator[Call]:
        """The calls that take an output of call `index`."""
        for call in self.calls:
            if any(tensor.source == index for tensor in tensors_of(call.inputs)):
                yield call


def tensors_of(inputs: Inputs) -> Iterator[Tensor]:
    """Every tensor in the inputs of a call."""
    return within(inputs, Tensor)
