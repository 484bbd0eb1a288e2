"""Operations of `keras.ops` on tensors whose first axis is the batch.

Keras counts the batch axis here. What moves it, adds it up or lays it out anew is unknown.
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
    """What the operation gives for `given`, its tensors told apart by the names in `entry`."""
    rule = RULES.get(entry.name)
    return UNKNOWN if rule is None else rule(settings, operands(settings, entry, given))
