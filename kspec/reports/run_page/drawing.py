"""The drawing of the network, within the page."""

from __future__ import annotations

import base64

from kspec.errors import KspecError
from kspec.reports.network.boxes import boxes_of
from kspec.reports.network.draw import draw_network
from kspec.reports.run_page.evidence import Evidence, values
from kspec.runs.folder import RESOLVED
from kspec.spec.load import load

__all__ = ["drawing"]


def drawing(evidence: Evidence) -> str | None:
    """The network of the run as the data URL of an SVG picture.

    None if its spec cannot be read, because it is from another kspec or needs a missing plugin.
    """
    try:
        spec = load(evidence.run.path / RESOLVED, confined=False)
        rows = evidence.parameters.get("rows")
        boxes = boxes_of(spec, list(map(values, rows)) if isinstance(rows, list) else [])
    except KspecError:
        return None
    svg = draw_network(boxes, spec.name).encode("utf-8", "replace")
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()
