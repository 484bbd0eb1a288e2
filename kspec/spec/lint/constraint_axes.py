"""Constraints on the norm of a convolution's filters that take the norm of something else."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.names import named
from kspec.spec.lint.network import sites
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["CONSTRAINT_AXIS"]

_NORMS = ("MaxNorm", "MinMaxNorm", "UnitNorm")

# The axes of a kernel that make up one filter; it has the sizes of the window, then (inputs,
# filters), with Transpose (filters, inputs), and depthwise (inputs, filters of each).
_AXES = {
    **{("kernel_constraint", f"Conv{rank}D"): [*range(rank + 1)] for rank in (1, 2, 3)},
    **{
        ("kernel_constraint", f"Conv{rank}DTranspose"): [*range(rank), rank + 1]
        for rank in (1, 2, 3)
    },
    **{("depthwise_constraint", f"DepthwiseConv{rank}D"): [*range(rank)] for rank in (1, 2)},
    **{("depthwise_constraint", f"SeparableConv{rank}D"): [*range(rank)] for rank in (1, 2)},
    **{("pointwise_constraint", f"SeparableConv{rank}D"): [*range(rank + 1)] for rank in (1, 2)},
}


def _find(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for site in sites(graph):
        for (key, layer), axes in _AXES.items():
            if layer != site.name or key not in site.layer.arguments:
                continue
            found = named("constraints", site.layer.arguments[key])
            if found is None or found[0] not in _NORMS or found[1].get("axis", 0) != 0:
                continue
            message = (
                f"{found[0]} takes the norm along axis 0, which in the kernel of {layer} is one "
                f'side of the window; for each filter say "axis": {axes}'
            )
            yield Finding((*site.path, key), message)


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
