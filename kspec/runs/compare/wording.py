"""The notes that go with the numbers of a comparison, wherever they are shown."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.runs.compare.comparison import Comparison
from kspec.runs.compare.evidence import BOOTSTRAP, DRAWS, LEVEL, MCNEMAR

__all__ = ["left_out", "measured", "notes", "range_of"]

SHOWN = 5


def notes(comparison: Comparison) -> Iterator[str]:
    """A sentence for each thing to know: what was tested, and what it does not show."""
    if any(len(group.runs) > 1 for group in comparison.groups):
        yield (
            "sd and 95 % interval of several runs are over their seeds; the interval is that of "
            "the mean (Student's t)."
        )
    tested = [each for each in comparison.differences if each.evidence is not None]
    methods = {each.evidence.method for each in tested if each.evidence is not None}
    specs = {each.of_specs for each in tested}
    if MCNEMAR in methods:
        yield "One run against one: McNemar's exact test, on what only one of the two got right."
    if BOOTSTRAP in methods:
        yield (
            f"Bootstrap: the samples of the test set were resampled {DRAWS:,} times, in pairs, "
            "and the scores of the seeds averaged"
            + (
                "; added to it is Student's t with the standard error between the runs."
                if True in specs
                else "."
            )
        )
    if False in specs:
        yield (
            "What is said of single runs holds for these networks, not for their specs: another "
            "seed may turn it around. `kspec train SPEC --seeds 5` tells."
        )
    if len(tested) > 1:
        yield (
            f"p is corrected for {len(tested)} comparisons (Holm): if nothing truly differs, "
            f"at most one table in {1 / LEVEL:.0f} has a false claim. Intervals are not."
        )
    if any(not each.evidence.paired for each in tested if each.evidence is not None):
        yield "Where the test sets differ, each was resampled separately."
    if any(each.unknown for each in comparison.differences):
        yield (
            "Some runs are from before each split had a fingerprint: whether test set and split "
            "are the same cannot be known; instead, the labels of the test sets were compared."
        )
    if comparison.refused:
        yield "--force ranks even what was not measured on the same data, and says so."


def measured(comparison: Comparison) -> str:
    """The metric that the differences are in."""
    tested = (each.evidence for each in comparison.differences if each.evidence is not None)
    evidence = next(tested, None)
    if evidence is not None:
        return evidence.metric
    return comparison.groups[0].metric or "result"


def left_out(comparison: Comparison) -> Iterator[str]:
    """A line for each of the first few that were left out, and one for all others."""
    for one in comparison.left_out[:SHOWN]:
        yield f"left out: {one.what}: {one.why}"
    more = len(comparison.left_out) - SHOWN
    if more > 0:
        yield f"left out: {more} more"


def range_of(values: list[int]) -> str:
    """`10`, or `8-12` if the runs of a group differ."""
    if not values:
        return "-"
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low}-{high}"
