"""Operations of `keras.ops` on tensors whose first axis is the batch.

Axes are counted with the batch axis here. If the batch axis is moved, reduced or reshaped, the
shape is unknown.
"""

from __future__ import annotations

from kspec.spec.catalog import Entry
from kspec.spec.shapes.operations import arranging, elementwise, reducing
from kspec.spec.shapes.operations.operands import OperationRule, operands
from kspec.spec.shapes.settings import Settings
from kspec.spec.shapes.shape import UNKNOWN, Given, Outputs

__all__ = ["RULES", "follow"]

RULES: dict[str, OperationRule] = {**arranging.RULES, **elementwise.RULES, **reducing.RULES}


def follow(settings: Settings, entry: Entry, given: Given) -> Outputs:
    """The output of the operation for `given`, whose tensors get their names from `entry`."""
    rule = RULES.get(entry.name)
    return UNKNOWN if rule is None else rule(settings, operands(settings, entry, given))
