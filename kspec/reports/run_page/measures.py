"""Loss and metrics of all three sets, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from kspec.reports.panels import panels
from kspec.reports.run_page.evidence import Evidence, values
from kspec.reports.run_page.words import shown

__all__ = ["MeasureRow", "Measures", "measures"]


@dataclass(frozen=True)
class MeasureRow:
    """One measure; the gap is validation minus training."""

    name: str
    train: str
    validation: str
    gap: str
    test: str


@dataclass(frozen=True)
class Measures:
    """The rows, the epoch that they are from, and the reference if the spec has one."""

    rows: tuple[MeasureRow, ...]
    caption: str
    reference: str | None


def measures(evidence: Evidence) -> Measures:
    """The measures of the kept epoch, or of the last one so far."""
    result = evidence.result
    if result:
        train, validation, test = (values(result[name]) for name in ("train", "validation", "test"))
        epoch, which = result["best_epoch"], "the kept epoch"
    else:
        last = evidence.history[-1] if evidence.history else {}
        names = panels(evidence.history)
        train = {name: last[name] for name in names if name in last}
        validation = {name: last[f"val_{name}"] for name in names if f"val_{name}" in last}
        test, epoch, which = {}, int(last.get("epoch", 0)) or None, "the last epoch so far"
    names = sorted({**train, **validation, **test}, key=lambda name: name != "loss")
    rows = tuple(
        MeasureRow(
            name,
            shown(train.get(name)),
            shown(validation.get(name)),
            _gap(train.get(name), validation.get(name)),
            shown(test.get(name)),
        )
        for name in names
    )
    caption = f"Loss and metrics of {which}" + (f", {epoch}" if epoch else "")
    return Measures(rows, caption, _reference(evidence, test))


def _gap(train: object, validation: object) -> str:
    if not isinstance(train, (int, float)) or not isinstance(validation, (int, float)):
        return "–"
    gap = shown(float(validation - train))
    return gap if gap.startswith(("−", "N")) else f"+{gap}"


def _reference(evidence: Evidence, test: dict[str, float]) -> str | None:
    reference = values(evidence.result.get("reference"))
    accuracy = reference.get("test_accuracy")
    if not isinstance(accuracy, (int, float)):
        return None
    said = f"The spec gives {shown(float(accuracy))} as test accuracy of {reference.get('source')}"
    own = test.get("accuracy")
    if not isinstance(own, (int, float)):
        return f"{said}."
    more = shown(abs(float(own - accuracy)))
    return f"{said}; this run is {more} {'above' if own >= accuracy else 'below'} it."
