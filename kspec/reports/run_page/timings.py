"""Where the time went."""

from __future__ import annotations

import math
from statistics import median

from kspec.reports.run_page.evidence import Evidence
from kspec.reports.run_page.words import duration

__all__ = ["timings"]


def timings(evidence: Evidence) -> list[tuple[str, str]]:
    """A name and a duration for each part; the first epoch is separate, since it compiles."""
    seconds = [row.get("seconds", math.nan) for row in evidence.history]
    seconds = [each for each in seconds if math.isfinite(each)]
    whole = evidence.result.get("seconds")
    rows = [("the whole run", duration(whole))] if evidence.result else []
    if not seconds:
        return rows
    rows += [("all epochs", duration(sum(seconds))), ("the first epoch", duration(seconds[0]))]
    if isinstance(whole, (int, float)) and whole >= sum(seconds):
        rows.insert(2, ("building, data, test, writing", duration(whole - sum(seconds))))
    if len(seconds) > 1:
        later = seconds[1:]
        rows += [
            ("a later epoch (median)", duration(median(later))),
            ("the quickest later epoch", duration(min(later))),
            ("the slowest later epoch", duration(max(later))),
        ]
    return rows
