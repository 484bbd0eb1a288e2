"""Numbers that JSON cannot express.

NaN and the infinities become the texts "NaN", "Infinity" and "-Infinity", as in the JSON mapping of
Protocol Buffers: the files stay strict JSON for every reader, and `null` keeps its own meaning.
"""

from __future__ import annotations

import math
from typing import Any

__all__ = ["from_json", "to_json"]


def to_json(value: Any) -> Any:
    """`value`, with every NaN and infinity in its lists and dicts as text."""
    if isinstance(value, dict):
        return {key: to_json(child) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(child) for child in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def from_json(value: Any) -> Any:
    """The number for a text written by `to_json`; everything else as it is."""
    return float(value) if value in ("NaN", "Infinity", "-Infinity") else value
