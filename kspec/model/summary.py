"""Everything that `kspec summary` shows, from a model that is built only once."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from kspec.model.connect import connect
from kspec.model.cost import ModelCost, cost_of_phases
from kspec.model.expanded import expand
from kspec.model.table import Table, not_allocated, tabulate
from kspec.spec.models import Spec

__all__ = ["Summary", "summarize"]


@dataclass(frozen=True)
class Summary:
    """The layers and their cost; `expanded` is the table that includes nested networks."""

    table: Table
    expanded: Table
    cost: ModelCost

    def to_json(self, *, expanded: bool = False) -> dict[str, Any]:
        values = (self.expanded if expanded else self.table).to_json()
        for row in values["rows"]:
            if not row.get("depth"):
                row.update(asdict(self.cost.layers[row["name"]]))
        return values | self.cost.to_json()


def summarize(spec: Spec) -> Summary:
    """The summary of the network that `spec` describes; no weight is allocated.

    Raises BuildError as `kspec.model.build.build` does.
    """
    with not_allocated():
        model = connect(spec)
        table, within = tabulate(model), tuple(expand(model))
        return Summary(table, replace(table, rows=within), cost_of_phases(model, spec))
