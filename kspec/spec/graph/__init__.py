"""The wiring of a network: the flat list of layers as a graph of calls."""

from kspec.spec.graph.graph import Call, Graph, Tensor, tensors_of
from kspec.spec.graph.reference import read_reference
from kspec.spec.graph.wire import Fault, graph_of, wire

__all__ = [
    "Call",
    "Fault",
    "Graph",
    "Tensor",
    "graph_of",
    "read_reference",
    "tensors_of",
    "wire",
]
