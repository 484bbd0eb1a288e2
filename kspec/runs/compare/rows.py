"""The groups and differences of a comparison as cells of text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kspec.formats import duration, measure
from kspec.runs.compare.comparison import Comparison, Difference
from kspec.runs.compare.evidence import Evidence
from kspec.runs.compare.groups import Group
from kspec.runs.compare.scores import ACCURACY
from kspec.runs.compare.spread import Spread
from kspec.runs.compare.wording import range_of

__all__ = ["NUMBERS", "Row", "difference_rows", "group_rows"]

T = TypeVar("T")
Row = dict[str, str]

NUMBERS = (
    "runs",
    "parameters",
    "trainable",
    "epochs",
    "kept",
    "validation",
    "test",
    "sd",
    "reference",
    "time",
    "difference",
    "p",
)
"""The columns that hold numbers."""


def group_rows(comparison: Comparison) -> list[Row]:
    """A row for each group, all with the same columns in the same order."""
    metrics = {group.metric for group in comparison.groups}
    return [_group_row(group, with_metric=len(metrics) > 1) for group in comparison.groups]


def _group_row(group: Group, *, with_metric: bool) -> Row:
    run, test = group.runs[0], group.test
    metric = {"metric": group.metric or "-"} if with_metric else {}
    return {
        "name": group.label,
        "what": group.brief,
        "runs": str(len(group.runs)),
        "parameters": f"{run.total_params:,}",
        "trainable": f"{run.trainable_params:,}",
        "epochs": range_of([run.epochs for run in group.runs]),
        "kept": range_of([run.best_epoch for run in group.runs if run.best_epoch is not None]),
        **metric,
        "validation": _of(group.validation, lambda spread: measure(spread.mean)),
        "test": _of(test, lambda spread: measure(spread.mean)),
        "sd": _of(None if test is None else test.deviation, measure),
        "95 % interval": _interval(test),
        "reference": _of(run.reference, measure),
        "time": duration(group.seconds),
    }


def difference_rows(comparison: Comparison) -> list[Row]:
    """A row for each difference; those against one baseline do not repeat it."""
    differences = comparison.differences
    one = len({each.first for each in differences}) == 1
    return [_difference_row(each, with_first=not one) for each in differences]


def _difference_row(each: Difference, *, with_first: bool) -> Row:
    evidence = each.evidence
    first = {"against": each.first} if with_first else {}
    return {
        "name": each.second,
        **first,
        "difference": _of(evidence, lambda found: _signed(found.difference, found)),
        "95 % interval": _of(
            evidence, lambda found: f"{_signed(found.low, found)} to {_signed(found.high, found)}"
        ),
        "p": _of(evidence, lambda found: _p(found.p_corrected)),
        "verdict": each.verdict,
    }


def _interval(spread: Spread | None) -> str:
    if spread is None or spread.low is None or spread.high is None:
        return "-"
    return f"{measure(spread.low)} to {measure(spread.high)}"


def _signed(value: float, evidence: Evidence) -> str:
    """The value with its sign; four decimals are enough for an accuracy."""
    written = f"{abs(value):.4f}" if evidence.metric == ACCURACY else measure(abs(value))
    return f"{'-' if value < 0 else '+'}{written}"


def _p(value: float) -> str:
    """Two digits are all that is reliable; below 0.0001 the exact value does not matter."""
    return "<0.0001" if value < 0.0001 else f"{value:.2g}" if value < 0.995 else "1"


def _of(value: T | None, written: Callable[[T], str]) -> str:
    return "-" if value is None else written(value)
