"""Shape inference for a network, without a framework.

A shape that cannot be inferred is unknown, and so is all that depends on it: no false alarms.
"""

from kspec.spec.shapes.carry import (
    Misfit,
    Shapes,
    carry,
    carry_through,
    output_shape,
    shapes_within,
)
from kspec.spec.shapes.context import describe_before
from kspec.spec.shapes.problems import shape_problems
from kspec.spec.shapes.shape import UNKNOWN, CannotFit

__all__ = [
    "UNKNOWN",
    "CannotFit",
    "Misfit",
    "Shapes",
    "carry",
    "carry_through",
    "describe_before",
    "output_shape",
    "shape_problems",
    "shapes_within",
]
