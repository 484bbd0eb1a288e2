"""The drawing of a network, written to a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kspec.errors import UsageError
from kspec.reports.network.boxes import Box, boxes_of
from kspec.reports.network.draw import MARK, draw_network
from kspec.reports.network.mermaid import to_mermaid
from kspec.reports.ours import require_ours
from kspec.runs import atomic
from kspec.spec.models import Spec

__all__ = ["FORMATS", "write_network"]

FORMATS: dict[str, Callable[[Sequence[Box], str], str]] = {
    ".svg": draw_network,
    ".mmd": lambda boxes, _: to_mermaid(boxes),
}
"""What is written, by the end of the file's name."""

MARKS = (MARK.encode(), b"%% made by kspec")


def write_network(spec: Spec, rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw the network of `spec` into `path`; `rows` are those of its parameter table.

    Raises UsageError for a name that ends in none of `FORMATS`, RunError for a file there that is
    no drawing of kspec, and if it cannot be written.
    """
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise UsageError(f"{path}: the name of a drawing ends in {' or '.join(FORMATS)}")
    require_ours(path, MARKS, "drawing")
    atomic.write_bytes(path, form(boxes_of(spec, rows), spec.name).encode("utf-8", "replace"))
