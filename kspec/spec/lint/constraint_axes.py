"""Constraints on the norm of a convolution's filters that take the norm of something else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kspec.spec.graph import Graph
from kspec.spec.lint.names import named, whole
from kspec.spec.lint.network import sites
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["CONSTRAINT_AXIS"]

_NORMS = ("MaxNorm", "MinMaxNorm", "UnitNorm")

# The axes of a kernel that make up one filter, by layer and argument. A kernel has the sizes of the
# window, then (inputs, filters); with Transpose (filters, inputs), depthwise (inputs, filters of
# each).
_AXES = {
    **{f"Conv{rank}D": {"kernel_constraint": [*range(rank + 1)]} for rank in (1, 2, 3)},
    **{
        f"Conv{rank}DTranspose": {"kernel_constraint": [*range(rank), rank + 1]}
        for rank in (1, 2, 3)
    },
    **{f"DepthwiseConv{rank}D": {"depthwise_constraint": [*range(rank)]} for rank in (1, 2)},
    **{
        f"SeparableConv{rank}D": {
            "depthwise_constraint": [*range(rank)],
            "pointwise_constraint": [*range(rank + 1)],
        }
        for rank in (1, 2)
    },
}


def _find(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for site in sites(graph):
        for key, axes in _AXES.get(site.name, {}).items():
            found = named("constraints", site.layer.arguments.get(key))
            if found is None or found[0] not in _NORMS or not _is_first(found[1].get("axis", 0)):
                continue
            message = (
                f"{found[0]} takes the norm along axis 0, which in the kernel of {site.name} is "
                f'one side of the window; for each filter say "axis": {axes}'
            )
            yield Finding((*site.path, key), message)


def _is_first(axis: Any) -> bool:
    return whole(axis) == 0 or (isinstance(axis, (list, tuple)) and list(axis) == [0])


CONSTRAINT_AXIS = Rule(
    code="constraint-axis",
    level="warning",
    title="The norm of a convolution's kernel along one side of its window",
    reason=(
        "MaxNorm, MinMaxNorm and UnitNorm take the norm along axis 0 unless told otherwise. In a "
        "Dense kernel (inputs, units) that is the norm of the weights of each unit. The kernel of "
        "a convolution is (height, width, inputs, filters): the norm of each filter runs along the "
        "first three axes, and along axis 0 alone it is that of three numbers or so."
    ),
    wrong=(
        '{"layers": [{"type": "Conv2D", "filters": 8, "kernel_size": 3,\n'
        '   "kernel_constraint": {"type": "MaxNorm", "max_value": 2}},\n'
        '  {"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}]}'
    ),
    right=(
        '{"layers": [{"type": "Conv2D", "filters": 8, "kernel_size": 3,\n'
        '   "kernel_constraint": {"type": "MaxNorm", "max_value": 2, "axis": [0, 1, 2]}},\n'
        '  {"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}]}'
    ),
    find=_find,
)
