"""Values that are scaled twice."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from kspec.spec.graph import Graph
from kspec.spec.lint.names import number
from kspec.spec.lint.network import pixel_takers
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Data, Spec

__all__ = ["TWO_SCALINGS", "scale_of"]


def scale_of(data: Data) -> float:
    """The factor of `data.scale`, 1 if there is none."""
    return 1.0 if data.scale is None else float(Fraction(data.scale))


def _find(spec: Spec, graph: Graph) -> Iterator[Finding]:
    if any(not each.dtype.startswith(("float", "bfloat")) for each in spec.entering.values()):
        return  # Integers, such as word indices, are never scaled, whatever data.scale says.
    scale = scale_of(spec.data)
    standardized = spec.data.standardize is not False
    done = "data.standardize" if standardized else "data.scale"
    for site in pixel_takers(graph):
        arguments = site.layer.arguments
        again = False
        if site.name == "Rescaling":
            factor = number(arguments.get("scale"))
            # From 0 … 1 to -1 … 1, or back to 0 … 255, does not count as a second scaling.
            again = factor is not None and abs(factor) < 0.5 and (abs(scale) < 0.5 or standardized)
        elif site.name == "Normalization":
            again = standardized or (
                abs(scale) < 0.5 and _is_of_whole_pixels(arguments.get("mean"))
            )
        if again:
            message = (
                f"{done} has scaled the values already, and this {site.title} does it again; keep "
                "one of them"
            )
            yield Finding(site.path, message)


def _is_of_whole_pixels(mean: Any) -> bool:
    """Whether a mean can only be that of pixels from 0 to 255, not from 0 to 1."""
    values = mean if isinstance(mean, (list, tuple)) else [mean]
    return any((number(value) or 0) > 2 for value in values)


TWO_SCALINGS = Rule(
    code="two-scalings",
    level="warning",
    title="Values that are scaled twice",
    reason=(
        "data.scale 1/255 brings the pixels to 0 … 1 before the network sees them. A Rescaling "
        "layer that divides by 255 again leaves 0 … 0.004: all pictures look black, and the first "
        "layers have to compensate. The same goes for standardizing twice. It is an easy mistake "
        "to make where the data pipeline and the network are written separately."
    ),
    wrong=(
        '{"data": {"source": "shapes", "validation": 0.2, "scale": "1/255"},\n'
        ' "layers": [{"type": "Rescaling", "scale": 0.00392156862745098}, {"type": "Flatten"},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
    ),
    right=(
        '{"data": {"source": "shapes", "validation": 0.2, "scale": "1/255"},\n'
        ' "layers": [{"type": "Flatten"},\n'
        '  {"type": "Dense", "units": 10, "activation": "softmax"}]}'
    ),
    find=_find,
)
