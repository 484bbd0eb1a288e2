"""What `kspec ablate` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kspec.cli.columns import Column
from kspec.cli.sections import Section
from kspec.formats import counted, measure
from kspec.runs.numbers import to_json
from kspec.runs.read import Run
from kspec.runs.worth import Measure, measure_of, value_of, worths
from kspec.spec.changes import Ablation, Variant

__all__ = ["Outcome", "ablate_json", "ablate_view"]

Applied = tuple[int, ...]
"""The numbers of the changes that a spec has."""


@dataclass
class Outcome:
    """The results of the specs, by the changes in them: a run, or why there is none.

    `stopped_by` is the signal that interrupted the training, if one did.
    """

    runs: dict[Applied, Run] = field(default_factory=dict)
    failures: dict[Applied, str] = field(default_factory=dict)
    stopped_by: str | None = None


NOISE = (
    "One run each: a difference as large as that between two seeds says nothing. "
    "`--set seed=1 -o FOLDER` repeats all of it with another seed."
)


def ablate_view(ablation: Ablation, folder: Path, outcome: Outcome | None) -> list[Section]:
    """The changes, then the specs; with an outcome, the changes' effects and the specs' results."""
    names = ablation.comparison.before.name, ablation.comparison.after.name
    measured, values = _values(outcome)
    title = f"{names[0]} → {names[1]}"
    changes = [
        Column("", tuple(str(number) for number in range(1, len(ablation.changes) + 1))),
        Column(
            counted(len(ablation.changes), "change"),
            tuple(change.title for change in ablation.changes),
            text=True,
        ),
    ]
    if outcome is not None:
        found = worths(values, len(ablation.changes))
        changes += [
            Column("alone", tuple(_moved(worth.alone) for worth in found)),
            Column("on top", tuple(_moved(worth.on_top) for worth in found)),
        ]
    joined = [
        f"{' and '.join(each.titles)}: one change, since the first cannot be alone: {each.why}"
        for each in ablation.joined
    ]
    variants = ablation.variants
    specs = [
        Column("spec", tuple(variant.file for variant in variants), text=True),
        Column("has", tuple(_applied(ablation, variant) for variant in variants), text=True),
    ]
    if outcome is not None:
        heading = str(measured) if measured is not None else "result"
        specs += [
            Column("epochs", tuple(_epochs(outcome.runs.get(v.applied)) for v in variants)),
            Column(heading, tuple(_result(v, values, outcome) for v in variants), text=True),
            Column(
                f"against {names[0]}"[:40],
                tuple(_against(variant, values) for variant in variants),
            ),
        ]
    sections = [Section(title, columns=changes)]
    if joined:
        sections.append(Section("", joined))
    sections.append(Section(f"specs in {folder}", columns=specs, expendable=("epochs", "has")))
    if outcome is not None:
        failures = [
            f"{variant.file} failed: {outcome.failures[variant.applied]}"
            for variant in variants
            if variant.applied in outcome.failures
        ]
        sections += [Section("", failures)] if failures else []
        told = (
            f"alone: {names[0]} with the change, against {names[0]}; on top: after those above it"
        )
        sections.append(Section("", [told, NOISE]))
    return sections


def ablate_json(ablation: Ablation, folder: Path, outcome: Outcome | None) -> dict[str, Any]:
    """The same content as plain JSON values."""
    outcome = outcome or Outcome()
    measured, values = _values(outcome)
    found = worths(values, len(ablation.changes))
    plain: dict[str, Any] = to_json(
        {
            "before": ablation.comparison.before.name,
            "after": ablation.comparison.after.name,
            "folder": str(folder),
            "measure": str(measured) if measured is not None else None,
            "changes": [
                {"number": number, "title": change.title, **vars(worth)}
                for number, (change, worth) in enumerate(
                    zip(ablation.changes, found, strict=True), 1
                )
            ],
            "joined": [vars(each) for each in ablation.joined],
            "specs": [
                {
                    "file": variant.file,
                    "changes": variant.applied,
                    "run": _path(outcome.runs.get(variant.applied)),
                    "value": values.get(variant.applied),
                    "failure": outcome.failures.get(variant.applied),
                }
                for variant in ablation.variants
            ],
        }
    )
    return plain


def _values(outcome: Outcome | None) -> tuple[Measure | None, dict[Applied, float]]:
    """The measure by which the runs are compared, and its values for the runs that have it."""
    runs = outcome.runs if outcome is not None else {}
    measured = next((found for run in runs.values() if (found := measure_of(run))), None)
    if measured is None:
        return None, {}
    values = {applied: value_of(run, measured) for applied, run in runs.items()}
    return measured, {applied: value for applied, value in values.items() if value is not None}


def _applied(ablation: Ablation, variant: Variant) -> str:
    if variant.kind in ("before", "after"):
        return ablation.comparison.before.name if variant.kind == "before" else "all changes"
    if variant.kind == "one":
        return f"change {variant.applied[0]} alone"
    return f"changes 1 to {variant.applied[-1]}"


def _epochs(run: Run | None) -> str:
    return "-" if run is None else str(run.result["epochs"])


def _path(run: Run | None) -> str | None:
    return None if run is None else str(run.path)


def _result(variant: Variant, values: Mapping[Applied, float], outcome: Outcome) -> str:
    if variant.applied in values:
        return measure(values[variant.applied])
    return "failed" if variant.applied in outcome.failures else "-"


def _against(variant: Variant, values: Mapping[Applied, float]) -> str:
    if not variant.applied or variant.applied not in values or () not in values:
        return ""
    return _moved(values[variant.applied] - values[()])


def _moved(difference: float | None) -> str:
    return "-" if difference is None else f"{difference:+.4f}"
