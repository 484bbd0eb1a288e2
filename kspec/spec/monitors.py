"""Monitors of a training: their names, which direction is better, which epoch is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from kspec.spec.models import EarlyStopping, KerasObject, Spec

__all__ = [
    "better_way",
    "in_order",
    "kept_epoch_note",
    "metric_name",
    "monitors_of",
    "watched",
    "which_epoch",
    "why_kept",
]

_LOWER = re.compile(
    r"loss|error|crossentropy|hinge|divergence|poisson|perplexity|log_cosh|false_|(^|_)(mse|mae|mape|msle)$"
)
_HIGHER = re.compile(
    r"acc|auc|precision|recall|f1|fbeta|iou|io_u|dice|true_|sensitivity|specificity|r2|similarity"
)


def metric_name(metric: KerasObject) -> str:
    """The name a metric goes by in logs and monitors."""
    name = metric.arguments.get("name")
    if isinstance(name, str):
        return name
    if metric.type.islower():
        return metric.type
    # As Keras names an object after its class (keras/src/utils/naming.py, to_snake_case).
    name = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", metric.type)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def monitors_of(spec: Spec) -> tuple[str, ...]:
    """The names that a monitor may have, the loss first; those of the validation set only if there
    may be one."""
    measured = ("loss", *(metric_name(metric) for metric in spec.training.metrics))
    if not spec.data.can_be_validated:
        return measured
    return (*measured, *(f"val_{name}" for name in measured))


def in_order(values: Mapping[str, float], spec: Spec) -> dict[str, float]:
    """What was measured, in the order of `monitors_of`: Keras sorts it by name."""
    places = {name: place for place, name in enumerate(monitors_of(spec))}
    names = sorted(values, key=lambda name: places.get(name, len(places)))
    return {name: float(values[name]) for name in names}


def watched(spec: Spec) -> list[tuple[tuple[str, int], str, str]]:
    """Everything that watches a monitor: its path within `training`, its monitor and its mode."""
    stopping = [
        (("early_stopping", index), each.monitor, str(each.mode))
        for index, each in enumerate(spec.training.early_stopping)
    ]
    plateaus = [
        (
            ("callbacks", index),
            callback.arguments.get("monitor", "val_loss"),
            callback.arguments.get("mode", "auto"),
        )
        for index, callback in enumerate(spec.training.callbacks)
        if callback.type == "ReduceLROnPlateau"
    ]
    return stopping + plateaus


def better_way(monitor: str, mode: str = "auto") -> Literal["min", "max"] | None:
    """Whether a lower or higher `monitor` is better; None if neither `mode` nor the name says."""
    if mode == "min" or mode == "max":
        return "min" if mode == "min" else "max"
    name = monitor.removeprefix("val_")
    if _LOWER.search(name):
        return "min"
    return "max" if _HIGHER.search(name) else None


def which_epoch(monitors: tuple[EarlyStopping, ...]) -> EarlyStopping | None:
    """The monitor that decides which epoch's weights are kept.

    It is the one marked `restore_best_weights`; if several or none are marked, the last listed.
    None without monitors: then the last epoch's weights are kept.
    """
    marked = [monitor for monitor in monitors if monitor.restore_best_weights]
    if len(marked) == 1:
        return marked[0]
    return monitors[-1] if monitors else None


def why_kept(monitors: tuple[EarlyStopping, ...]) -> str:
    """Why the monitor of `which_epoch` decides which epoch's weights are kept."""
    if len(monitors) == 1:
        return "the only monitor"
    marked = sum(monitor.restore_best_weights for monitor in monitors)
    return "marked restore_best_weights" if marked == 1 else "the last listed"


def kept_epoch_note(monitors: tuple[EarlyStopping, ...]) -> str | None:
    """A note for a spec that leaves open which monitor decides the epoch; otherwise None."""
    kept = which_epoch(monitors)
    if kept is None or why_kept(monitors) != "the last listed":
        return None
    marked = sum(monitor.restore_best_weights for monitor in monitors)
    how_many = f"{marked} monitors say" if marked else "no monitor says"
    return (
        f'{how_many} "restore_best_weights"; the last listed, {kept.monitor}, decides which '
        "epoch's weights are kept"
    )
