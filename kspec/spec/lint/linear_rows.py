"""Linear layers in a row, which are equivalent to one linear layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kspec.spec.graph import Graph
from kspec.spec.lint.names import activation_of, whole
from kspec.spec.lint.network import Site, pairs
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["LINEAR_ROWS"]

_WIDTH = {"Conv1D": "filters", "Conv2D": "filters", "Conv3D": "filters", "Dense": "units"}


def _find(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for site, follower in pairs(graph):
        if site.name != follower.name or site.name not in _WIDTH or _is_meant(site, follower):
            continue
        if activation_of(site.layer) == "linear":
            message = (
                f"there is no activation between {site.title} and the {follower.title} after it: "
                "two linear layers in a row compute no more than one"
            )
            yield Finding(site.path, message)


def _is_meant(site: Site, follower: Site) -> bool:
    """Whether two linear layers may be separate on purpose: a low-rank matrix, a factorized kernel
    (3 x 1 and 1 x 3), groups, or weights that are not trained."""
    first, second = site.layer.arguments, follower.layer.arguments
    if any(part.get("trainable") is False for part in (first, second)):
        return True
    key = _WIDTH[site.name]
    narrower = (whole(first.get(key)) or 0) < (whole(second.get(key)) or 0)
    if site.name == "Dense":
        return narrower
    sizes = [_sizes(part.get("kernel_size"), int(site.name[4])) for part in (first, second)]
    if sizes[0] != sizes[1] or any(part.get("groups", 1) != 1 for part in (first, second)):
        return True
    return narrower and all(size == 1 for size in sizes[0])


def _sizes(written: Any, axes: int) -> list[Any]:
    """A kernel size for each axis; Keras takes one number for all."""
    return list(written) if isinstance(written, (list, tuple)) else [written] * axes


LINEAR_ROWS = Rule(
    code="linear-layers-in-a-row",
    level="warning",
    title="Two linear layers in a row",
    reason=(
        "A Dense or convolution layer without an activation is a linear map, and two linear maps "
        "one after the other are one linear map: the second layer adds parameters but no "
        "expressive power. Usually an activation was forgotten. Narrow layers before wide ones, "
        "and kernels of different sizes, are often intended, and are not reported."
    ),
    wrong=(
        '{"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 32},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
    ),
    right=(
        '{"layers": [{"type": "Flatten"}, {"type": "Dense", "units": 32, "activation": "relu"},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
    ),
    find=_find,
    gathered=True,
)
