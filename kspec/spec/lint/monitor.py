"""Monitors: whether they exist, which direction is better, which of them decides the epoch."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.catalog import suggest
from kspec.spec.graph import Graph
from kspec.spec.lint.rule import Finding, Path, Rule
from kspec.spec.models import Spec
from kspec.spec.monitors import better_way, kept_epoch_note, monitors_of, watched

__all__ = ["KEPT_EPOCH", "MODE_NEEDED", "MONITOR_WITHOUT_VALIDATION", "UNKNOWN_MONITOR"]


def _watched(spec: Spec) -> Iterator[tuple[Path, str, str]]:
    for path, monitor, mode in watched(spec):
        # Anything but text is an argument of the wrong type, which is reported elsewhere.
        if isinstance(monitor, str) and isinstance(mode, str):
            yield ("training", *path, "monitor"), monitor, mode


def _unknown(spec: Spec, graph: Graph) -> Iterator[Finding]:
    known = monitors_of(spec)
    for path, monitor, _ in _watched(spec):
        if monitor in known:
            continue
        if _misses_validation(spec, monitor):
            continue  # `monitor-without-validation` reports it.
        close = suggest(monitor, known)
        hint = f'. Did you mean "{close}"?' if close else ""
        there = f"there are {', '.join(known)}"
        yield Finding(path, f'there is no "{monitor}" to monitor; {there}{hint}')


def _unvalidated(spec: Spec, graph: Graph) -> Iterator[Finding]:
    for path, monitor, _ in _watched(spec):
        if _misses_validation(spec, monitor):
            message = (
                f'there is no "{monitor}" to monitor without a validation set; give '
                'data.validation a fraction, as in "validation": 0.2, or monitor the training: '
                f"there are {', '.join(monitors_of(spec))}"
            )
            yield Finding(path, message)


def _misses_validation(spec: Spec, monitor: str) -> bool:
    return monitor.startswith("val_") and not spec.data.can_be_validated


def _undirected(spec: Spec, graph: Graph) -> Iterator[Finding]:
    known = monitors_of(spec)
    for path, monitor, mode in _watched(spec):
        if monitor in known and better_way(monitor, mode) is None:
            message = f'is a higher or a lower "{monitor}" better? Say "mode": "max" or "min"'
            yield Finding(path, message)


def _kept(spec: Spec, graph: Graph) -> Iterator[Finding]:
    note = kept_epoch_note(spec.training.early_stopping)
    if note is not None:
        yield Finding(("training", "early_stopping"), note)


UNKNOWN_MONITOR = Rule(
    code="unknown-monitor",
    level="error",
    title="A monitor that does not exist",
    reason=(
        "Early stopping and ReduceLROnPlateau read their monitor from the values of each epoch: "
        "the loss, the metrics by name, and, if there is a validation set, the same names with "
        '"val_" in front. A metric written as accuracy is called accuracy, so its validation value '
        "is val_accuracy, not val_acc. Keras would find out only after the first epoch."
    ),
    wrong='{"training": {"early_stopping": [{"monitor": "val_acc", "patience": 2}]}}',
    right='{"training": {"early_stopping": [{"monitor": "val_accuracy", "patience": 2}]}}',
    find=_unknown,
    may_be_allowed=False,
    reads_graph=False,
)

MONITOR_WITHOUT_VALIDATION = Rule(
    code="monitor-without-validation",
    level="error",
    title="A monitor of a validation set that there is not",
    reason=(
        "A monitor with val_ before its name is a value of the validation set. There is one if "
        "data.validation holds a part of the training set out, or if the source has one: an .npz "
        "file, a folder of pictures or a plugin may, and none of the other sources does."
    ),
    wrong=(
        '{"data": {"source": "cifar10", "validation": 0},\n'
        ' "training": {"early_stopping": [{"monitor": "val_loss", "patience": 2}]}}'
    ),
    right=(
        '{"data": {"source": "cifar10", "validation": 0.2},\n'
        ' "training": {"early_stopping": [{"monitor": "val_loss", "patience": 2}]}}'
    ),
    find=_unvalidated,
    may_be_allowed=False,
    reads_graph=False,
)

MODE_NEEDED = Rule(
    code="mode-needed",
    level="error",
    title="A monitor that does not tell whether higher or lower is better",
    reason=(
        "Losses and errors are better when they are low, accuracies when they are high; other "
        'names do not tell. With the wrong guess the worst epoch is kept. "mode" says which way is '
        "better."
    ),
    wrong=(
        '{"training": {"metrics": [{"type": "SparseTopKCategoricalAccuracy", "name": "top5"}],\n'
        '  "early_stopping": [{"monitor": "val_top5", "patience": 2}]}}'
    ),
    right=(
        '{"training": {"metrics": [{"type": "SparseTopKCategoricalAccuracy", "name": "top5"}],\n'
        '  "early_stopping": [{"monitor": "val_top5", "mode": "max", "patience": 2}]}}'
    ),
    find=_undirected,
    may_be_allowed=False,
    reads_graph=False,
)

KEPT_EPOCH = Rule(
    code="kept-epoch",
    level="note",
    title="The order of the list decides which monitor keeps the epoch",
    reason=(
        "Several monitors may stop a training, but only one can decide which epoch's weights are "
        "kept. Unless exactly one has restore_best_weights, the last in the list decides, as in "
        "Keras; it is better to say so than to rely on the order."
    ),
    wrong=(
        '{"training": {"early_stopping": [\n'
        '  {"monitor": "val_loss", "patience": 2},\n'
        '  {"monitor": "val_accuracy", "patience": 2}]}}'
    ),
    right=(
        '{"training": {"early_stopping": [\n'
        '  {"monitor": "val_loss", "patience": 2},\n'
        '  {"monitor": "val_accuracy", "patience": 2, "restore_best_weights": true}]}}'
    ),
    find=_kept,
    reads_graph=False,
)
