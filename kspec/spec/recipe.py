"""What a spec says that each part allows but that makes no sense together."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.errors import Problem
from kspec.spec.callbacks import callback_fault
from kspec.spec.models import Spec
from kspec.spec.monitors import better_way, kept_epoch_note, metric_name, monitors_of, watched
from kspec.spec.node import Node

__all__ = ["recipe_problems"]


def recipe_problems(spec: Spec, node: Node) -> Iterator[Problem]:
    """The errors and notes of a spec whose parts are each well-formed."""
    yield from _repeated_names(spec, node)
    yield from _monitors(spec, node)
    yield from _kept_epoch(spec, node)
    yield from _callbacks(spec, node)
    yield from _repeated_metrics(spec, node)
    if spec.data.source in ("npz", "images") and spec.data.path is None:
        where = node.at(("data", "source")).place
        yield Problem(where, f'the source "{spec.data.source}" needs "path"', "missing-key")


def _repeated_names(spec: Spec, node: Node) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, layer in enumerate(spec.layers):
        name = layer.arguments.get("name")
        if isinstance(name, str):
            if name in seen:
                place = node.at(("layers", index, "name")).place
                message = f'layers[{seen[name]}] is called "{name}" already'
                yield Problem(place, message, "duplicate-name")
            seen.setdefault(name, index)


def _callbacks(spec: Spec, node: Node) -> Iterator[Problem]:
    for index, callback in enumerate(spec.training.callbacks):
        fault = callback_fault(callback, spec.training)
        if fault is not None:
            place = node.at(("training", "callbacks", index)).place
            yield Problem(place, fault, "callback")


def _repeated_metrics(spec: Spec, node: Node) -> Iterator[Problem]:
    names = [metric_name(metric) for metric in spec.training.metrics]
    for index, name in enumerate(names):
        if name in names[:index]:
            place = node.at(("training", "metrics", index)).place
            yield Problem(place, f'two metrics are called "{name}"', "duplicate-name")


def _monitors(spec: Spec, node: Node) -> Iterator[Problem]:
    known = monitors_of(spec)
    for path, monitor, mode in watched(spec):
        place = node.at(("training", *path, "monitor")).place
        if monitor not in known:
            missing = spec.data.validation == 0 and monitor.startswith("val_")
            why = " without a validation set" if missing else ""
            message = f'there is no "{monitor}" to monitor{why}; there are {", ".join(known)}'
            yield Problem(place, message, "unknown-monitor")
        elif better_way(monitor, mode) is None:
            message = f'is more or less of "{monitor}" better? Say "mode": "max" or "min"'
            yield Problem(place, message, "mode-needed")


def _kept_epoch(spec: Spec, node: Node) -> Iterator[Problem]:
    note = kept_epoch_note(spec.training.early_stopping)
    if note is not None:
        place = node.at(("training", "early_stopping")).place
        yield Problem(place, note, "kept-epoch", level="note")
