"""Patience that cannot run out, or runs out too late."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.names import counted, default_of, number
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import Spec

__all__ = ["PATIENCE", "PLATEAU_PATIENCE"]


def _patience(spec: Spec, graph: Graph) -> Iterator[Finding]:
    epochs = spec.training.epochs
    for index, monitor in enumerate(spec.training.early_stopping):
        if monitor.patience + monitor.start_from_epoch < epochs:
            continue
        key = "patience" if monitor.patience >= epochs else "start_from_epoch"
        start = f" from epoch {monitor.start_from_epoch} on" if monitor.start_from_epoch else ""
        do = "does" if monitor.patience == 1 else "do"
        message = (
            f"{counted(monitor.patience, 'epoch')} without improvement{start} {do} not fit into "
            f'{counted(epochs, "epoch")}, so "{monitor.monitor}" never stops the training'
        )
        yield Finding(("training", "early_stopping", index, key), message)


def _plateau(spec: Spec, graph: Graph) -> Iterator[Finding]:
    stopping = spec.training.early_stopping
    for index, callback in enumerate(spec.training.callbacks):
        if callback.type != "ReduceLROnPlateau":
            continue
        monitor = callback.arguments.get("monitor", "val_loss")
        default = default_of("callbacks", callback.type, "patience")
        patience = number(callback.arguments.get("patience", default))
        limits = [
            max(each.patience, 1)
            for each in stopping
            # A monitor that starts counting later may stop later.
            if each.monitor == monitor and each.start_from_epoch == 0
        ]
        if patience is None or not limits or patience < min(limits):
            continue
        message = (
            f"the rate is lowered after {counted(patience, 'epoch')} without improvement of "
            f'"{monitor}", but early stopping ends the training after {min(limits)}; give this a '
            "patience below that"
        )
        yield Finding(("training", "callbacks", index, "patience"), message)


PATIENCE = Rule(
    code="patience-too-long",
    level="warning",
    title="Early stopping that can never stop",
    reason=(
        "patience is the number of epochs without improvement before the training stops. If it is "
        "not smaller than epochs, it cannot run out, and the monitor only decides which epoch is "
        "kept. Lower patience, or raise epochs."
    ),
    wrong=(
        '{"training": {"epochs": 10,\n'
        '  "early_stopping": [{"monitor": "val_loss", "patience": 10}]}}'
    ),
    right=(
        '{"training": {"epochs": 100,\n'
        '  "early_stopping": [{"monitor": "val_loss", "patience": 10}]}}'
    ),
    find=_patience,
    reads_graph=False,
)

PLATEAU_PATIENCE = Rule(
    code="plateau-after-stopping",
    level="warning",
    title="A learning rate lowered only after the training would have stopped",
    reason=(
        "ReduceLROnPlateau and early stopping count the same epochs without improvement. The rate "
        "must be lowered before the training stops, with epochs left to benefit from it: a third "
        "to a half of the patience of early stopping is usual."
    ),
    wrong=(
        '{"training": {"epochs": 100,\n'
        '  "early_stopping": [{"monitor": "val_loss", "patience": 10}],\n'
        '  "callbacks": [{"type": "ReduceLROnPlateau", "monitor": "val_loss", "patience": 10}]}}'
    ),
    right=(
        '{"training": {"epochs": 100,\n'
        '  "early_stopping": [{"monitor": "val_loss", "patience": 10}],\n'
        '  "callbacks": [{"type": "ReduceLROnPlateau", "monitor": "val_loss", "patience": 4}]}}'
    ),
    find=_plateau,
    reads_graph=False,
)
