"""Operations that reduce axes."""

from __future__ import annotations

from kspec.spec.shapes.operations.operands import Operands, OperationRule, tensor
from kspec.spec.shapes.settings import Settings
from kspec.spec.shapes.shape import Dims, Unsure
from kspec.spec.shapes.taken import axis_in

__all__ = ["RULES"]


def reduced(settings: Settings, found: Operands) -> Dims:
    shape = tensor(found, "x")
    axes = settings.axes("axis")
    if not axes or len(found) > 1:
        # Without an axis everything is reduced, the batch axis included.
        raise Unsure
    gone = [axis_in(settings, axis, shape) for axis in axes]
    if len(set(gone)) < len(gone):
        raise Unsure
    keep = settings.yes("keepdims")
    sizes = (1 if axis in gone else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(sizes) if keep or axis not in gone)


# fmt: off
_REDUCING = (
    "all", "amax", "amin", "any", "argmax", "argmin", "count_nonzero", "logsumexp", "max",
    "mean", "median", "min", "norm", "prod", "std", "sum", "var",
)
# fmt: on

RULES: dict[str, OperationRule] = dict.fromkeys(_REDUCING, reduced)
