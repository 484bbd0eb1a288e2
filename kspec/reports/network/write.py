"""Writing the drawing of a network to a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kspec.reports.network.boxes import boxes_of
from kspec.reports.network.draw import network_drawing
from kspec.reports.network.mermaid import to_mermaid
from kspec.reports.ours import require_ours
from kspec.reports.plots.write import PICTURES, require_ending, write_drawing
from kspec.runs import atomic
from kspec.spec.models import Spec

__all__ = ["ENDINGS", "write_network"]

MERMAID = ".mmd"

ENDINGS = (*PICTURES, MERMAID)
"""What is written, by the end of the file's name."""


def write_network(spec: Spec, rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw the network of `spec` into `path`; `rows` are those of its parameter table.

    Raises UsageError for a name that ends in none of `ENDINGS`, and RunError for an existing file
    that is not a drawing by kspec, and if it cannot be written.
    """
    require_ending(path, ENDINGS, "a drawing")
    boxes = boxes_of(spec, rows)
    if path.suffix.lower() != MERMAID:
        write_drawing(network_drawing(boxes, spec.name), path)
        return
    require_ours(path, (b"%% made by kspec",), "drawing")
    atomic.write_bytes(path, to_mermaid(boxes).encode("utf-8", "replace"))
