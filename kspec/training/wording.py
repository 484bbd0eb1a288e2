"""Texts about a training, the same in a terminal and in a pipe."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kspec.formats import counted, duration, measure
from kspec.runs.history import NOT_MEASURED
from kspec.runs.main_measure import ACCURACIES
from kspec.runs.record import headline

if TYPE_CHECKING:
    from kspec.runs.record import PhaseResult, Result
    from kspec.training.reporter import Plan

__all__ = ["header", "last_line", "measured", "outcome", "phase_line", "seam", "summed_up"]


def header(plan: Plan) -> list[tuple[str, str]]:
    """What is trained, as pairs of a heading and a value; the first is the name and the folder."""
    data = f"{plan.data}: {plan.train_samples:,} train, {plan.validation_samples:,} validation, "
    return [
        (plan.name, str(plan.folder or "")),
        ("backend", f"{plan.backend} ({plan.why_backend}) on {', '.join(plan.devices)}"),
        ("data", data + f"{plan.test_samples:,} test"),
        ("parameters", f"{plan.total_params:,}"),
        ("training", phase_line(plan)),
    ]


def phase_line(plan: Plan) -> str:
    """What is trained from now on; with its number if there are several phases."""
    epochs = plan.epochs - plan.first_epoch + 1
    text = f"{counted(epochs, 'epoch')} of {counted(plan.steps, 'step')}"
    if plan.phases > 1:
        trained = f"{plan.trained_params:,} parameters trained"
        text = f"phase {plan.phase} of {plan.phases}: {text}, {trained}"
    kept = (
        f"the epoch with the best {plan.monitor} is kept"
        if plan.monitor
        else "the last epoch is kept, nothing is monitored"
    )
    return f"{text}; {kept}"


def seam(ended: PhaseResult, plan: Plan) -> list[str]:
    """The result of a phase, and what is trained next."""
    came_to = "; ".join(_ending(ended)) or "all its epochs are done"
    return [f"phase {plan.phase - 1}: {came_to}", phase_line(plan)]


def measured(row: Mapping[str, float]) -> dict[str, float]:
    """Loss and metrics of a row of the history: the training set's, then the validation set's.

    Each begins with its loss, as in rows of today; those of older runs are sorted by name.
    """
    names = [name for name in row if name not in NOT_MEASURED]
    names.sort(key=lambda name: (name.startswith("val_"), name not in ("loss", "val_loss")))
    return {name: row[name] for name in names}


def outcome(result: Result, plan: Plan) -> str | None:
    """What stopped the training early, which epoch it keeps, and where the run is.

    None for a run that did not finish, whose last line says all of that.
    """
    if result["status"] == "interrupted":
        return None
    kept = [f"the run is in {plan.folder}"] if plan.folder is not None else []
    return "; ".join([*_ending(result), *kept]) or None


def _ending(came_to: PhaseResult | Result) -> list[str]:
    """What stopped it early, if anything, and which epoch it keeps."""
    parts = []
    if came_to["status"] == "stopped early":
        by = came_to["stopped_by"]
        parts.append(
            f"stopped by {by}, which no longer improved" if by else "stopped by a callback"
        )
    kept = came_to["kept"]
    if kept is not None and kept["value"] is not None:
        parts.append(
            f"kept epoch {came_to['best_epoch']} with {kept['monitor']} {measure(kept['value'])}"
        )
    return parts


def last_line(result: Result, plan: Plan) -> str:
    """The result on one line, as `summed_up` formats it."""
    return summed_up(result, plan.folder)


def summed_up(result: Mapping[str, Any], folder: Path | None) -> str:
    """`test accuracy 0.8177  (report 0.8177, 40 epochs, best 30, 12 min)`.

    The reference is an accuracy on a test set, so it stands beside no other number.
    """
    epochs = result["epochs"]
    if result["status"] == "interrupted":
        when = f"after {counted(epochs, 'epoch')}" if epochs else "before the first epoch ended"
        kept = "" if folder is None else f"; the run is kept in {folder}"
        return f"interrupted {when}{kept}"
    found = headline(result)
    details = [counted(epochs, "epoch")]
    if result["kept"] is not None and result["best_epoch"] is not None:
        details.append(f"best {result['best_epoch']}")
    details.append(duration(result["seconds"]))
    if found is None:
        return f"nothing measured  ({', '.join(details)})"
    part, metric, value = found
    reference = result["reference"]
    if reference is not None and part == "test" and metric in ACCURACIES:
        details.insert(0, f"{reference['source']} {measure(reference['test_accuracy'])}")
    return f"{part} {metric} {measure(value)}  ({', '.join(details)})"
