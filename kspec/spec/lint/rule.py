"""The types of lint rules and their findings."""

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
    """One place that a rule objects to; `path` leads to it in the resolved spec."""

    path: Path
    message: str
    on_key: bool = False


@dataclass(frozen=True)
class Rule:
    """One thing that a spec can say but should not.

    `reason` tells a student why; `wrong` and `right` are parts of a spec, as JSON, that the rule
    objects to and does not. `find` takes a spec of one phase and the graph of its layers; with
    several phases it is called for each. A rule that does not read the graph (`reads_graph`) is
    applied even if the layers are wired wrongly. A `gathered` rule reports once: its first finding,
    and how many more there are. Warnings and notes can always be turned off by "allow", errors only
    if `may_be_allowed`.
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
