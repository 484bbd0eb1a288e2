"""How a notebook shows the differences between two specs."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.formats import counted
from kspec.pages.card import Table, card
from kspec.spec.changes.changes import Change, changes_of
from kspec.spec.changes.comparison import Comparison
from kspec.spec.changes.rows import layer_rows
from kspec.spec.changes.words import value_texts
from kspec.spec.cost import cost_of

__all__ = ["changes_card"]

MARKS = {"added": "+", "removed": "−", "changed": "~", "moved": ">"}


def changes_card(comparison: Comparison) -> str:
    """The changes from the first to the second, their layers and values, as HTML."""
    names = comparison.before.name, comparison.after.name
    changes = changes_of(comparison)
    if not changes:
        return card("Difference", " → ".join(names), notes=["the same experiment"])
    costs = [cost_of(spec).total_params for spec in (comparison.before, comparison.after)]
    parameters = " → ".join("?" if count is None else f"{count:,}" for count in costs)
    tables = [_changes(changes), _layers(comparison, changes), _values(comparison, names)]
    return card(
        "Difference",
        " → ".join(names),
        facts=[("parameters", parameters)],
        tables=[table for table in tables if table.rows],
    )


def _changes(changes: Sequence[Change]) -> Table:
    rows = [[str(number), change.title] for number, change in enumerate(changes, 1)]
    return Table("", ["", counted(len(changes), "change")], rows)


def _layers(comparison: Comparison, changes: Sequence[Change]) -> Table:
    rows = [
        [
            MARKS[row.mark],
            "/".join((*row.within, row.layer)),
            row.type,
            ", ".join(map(str, row.changes)),
            row.text,
        ]
        for row in layer_rows(comparison, changes)
    ]
    headings = ["", "layer", "type", "change", "what"]
    return Table(counted(len(rows), "layer"), headings, rows, folded=True)


def _values(comparison: Comparison, names: tuple[str, str]) -> Table:
    headings = names if names[0] != names[1] else ("before", "after")
    atoms = [atom for atom in comparison.atoms if atom.kind == "value"]
    rows = [[atom.key, *value_texts(comparison.before, atom)] for atom in atoms]
    return Table("Recipe and data", ["", *headings], rows)
