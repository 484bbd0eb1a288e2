"""The differences between two specs, and the specs in between; no framework is needed.

`Comparison` overlays two specs, `changes_of` groups their differences into steps that a person
would name, and `Ablation` makes the specs that lead from one to the other.
"""

from kspec.spec.changes.ablation import Ablation, Joined, Variant
from kspec.spec.changes.atom import ABSENT, Atom
from kspec.spec.changes.changes import Change, changes_of
from kspec.spec.changes.comparison import Comparison
from kspec.spec.changes.phases import PhaseRow, phase_rows
from kspec.spec.changes.rows import LayerRow, layer_rows

__all__ = [
    "ABSENT",
    "Ablation",
    "Atom",
    "Change",
    "Comparison",
    "Joined",
    "LayerRow",
    "PhaseRow",
    "Variant",
    "changes_of",
    "layer_rows",
    "phase_rows",
]
