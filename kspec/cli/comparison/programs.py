"""A comparison for programs and for documents: JSON, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from typing import Any

from kspec.runs.compare.comparison import Comparison, Difference
from kspec.runs.compare.groups import Group
from kspec.runs.compare.rows import NUMBERS, Row, difference_rows, group_rows
from kspec.runs.compare.wording import left_out, notes
from kspec.runs.numbers import to_json as finite

__all__ = ["to_csv", "to_json", "to_markdown"]


def to_json(comparison: Comparison) -> str:
    """Everything: groups with their runs, differences, what was left out, and the notes."""
    plain = {
        "groups": [_group(group) for group in comparison.groups],
        "differences": [_difference(each) for each in comparison.differences],
        "left_out": [vars(one) for one in comparison.left_out],
        "notes": list(notes(comparison)),
    }
    return json.dumps(finite(plain), allow_nan=False)


def to_csv(comparison: Comparison) -> str:
    """A line for each group: numbers with all digits, and the difference from the first group."""
    lines = []
    for group in comparison.groups:
        runs, test = group.runs, group.test
        against = next(
            (
                each
                for each in comparison.differences
                if (each.first, each.second) == (comparison.groups[0].label, group.label)
            ),
            None,
        )
        evidence = against.evidence if against else None
        lines.append(
            {
                "name": group.label,
                "what": group.about,
                "runs": len(runs),
                "seeds": " ".join(str(run.seed) for run in runs),
                "parameters": runs[0].total_params,
                "trainable": runs[0].trainable_params,
                "epochs": _mean([run.epochs for run in runs]),
                "kept": _mean([run.best_epoch for run in runs if run.best_epoch is not None]),
                "metric": group.metric,
                "validation": group.validation and group.validation.mean,
                "test": test and test.mean,
                "sd": test and test.deviation,
                "low": test and test.low,
                "high": test and test.high,
                "reference": runs[0].reference,
                "seconds": group.seconds,
                "difference": evidence and evidence.difference,
                "difference_low": evidence and evidence.low,
                "difference_high": evidence and evidence.high,
                "p": evidence and evidence.p_corrected,
                "verdict": against and against.verdict,
            }
        )
    text = io.StringIO()
    writer = csv.DictWriter(text, lines[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def to_markdown(comparison: Comparison) -> str:
    """Tables in GitHub's Markdown, with the notes below them."""
    parts = [_markdown_table(group_rows(comparison))]
    if comparison.differences:
        first = comparison.groups[0]
        parts += [f"Against {_escaped(first.label)}:"]
        parts += [_markdown_table(difference_rows(comparison))]
    parts += [_escaped(line) for line in (*left_out(comparison), *notes(comparison))]
    return "\n\n".join(parts) + "\n"


def _markdown_table(rows: Sequence[Row]) -> str:
    headings = list(rows[0])
    lines = [headings, ["---:" if name in NUMBERS else "---" for name in headings]]
    lines += [[_escaped(row[name]) for name in headings] for row in rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _escaped(text: str) -> str:
    """Text escaped for Markdown, on one line."""
    return re.sub(r"([\\`*_<>|\[\]])", r"\\\1", " ".join(text.split()))


def _mean(values: Sequence[int]) -> float | int | None:
    if not values:
        return None
    mean = sum(values) / len(values)
    return int(mean) if mean.is_integer() else mean


def _group(group: Group) -> dict[str, Any]:
    return {
        "name": group.label,
        "what": group.about,
        "metric": group.metric,
        "test": group.test and vars(group.test),
        "validation": group.validation and vars(group.validation),
        "seconds": group.seconds,
        "runs": [{**vars(run), "path": str(run.path)} for run in group.runs],
    }


def _difference(each: Difference) -> dict[str, Any]:
    evidence = each.evidence
    return {
        **vars(each),
        "evidence": evidence and {**vars(evidence), "claim": evidence.claim},
        "verdict": each.verdict,
    }
