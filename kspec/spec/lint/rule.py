"""What a rule of the lint is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from kspec.spec.graph import Graph
from kspec.spec.models import Spec

__all__ = ["Finding", "Path", "Rule"]

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """One place that a rule objects to; `path` leads to it from the top of the resolved spec."""

    path: Path
    message: str
    on_key: bool = False


@dataclass(frozen=True)
class Rule:
    """One thing that a spec may say and should not.

    `reason` tells a student why; `wrong` and `right` are parts of a spec, as JSON, that the rule
    objects to and does not. `find` must be given a spec of one phase and the graph of its layers;
    where there are several phases it is asked of each. A rule that does
    not read the graph (`reads_graph`) can be asked even where the layers are wrongly joined. One
    that is `gathered` is told once for the whole spec: its first finding, and how many more there
    are. Warnings and notes can always be turned off by "allow", errors only where `may_be_allowed`.
    """

    code: str
    level: Literal["error", "warning", "note"]
    title: str
    reason: str
    wrong: str
    right: str
    find: Callable[[Spec, Graph], Iterator[Finding]]
    may_be_allowed: bool = True
    reads_graph: bool = True
    gathered: bool = False
