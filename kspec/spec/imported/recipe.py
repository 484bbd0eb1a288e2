"""The training recipe: that of the file, or a usual one for the user to review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kspec.spec import catalog
from kspec.spec.foreign.classes import resolve
from kspec.spec.foreign.values import plain
from kspec.spec.imported.head import Head

__all__ = ["Recipe", "recipe_of", "usual_recipe"]

_NEW = {"lr": "learning_rate"}
_NUMBERS = (
    *("Huber", "LogCosh", "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError"),
    *("MeanSquaredLogarithmicError", "Poisson"),
)
"""Regression losses, for which labels are numbers."""


@dataclass(frozen=True)
class Recipe:
    """The `training` of a spec without its epochs, and the kind of labels that it learns from."""

    optimizer: Any
    loss: Any
    metrics: list[Any] | None
    labels: str = "classes"

    def members(self, epochs: int) -> dict[str, Any]:
        """The recipe as written in a spec."""
        values = {"optimizer": self.optimizer, "loss": self.loss, "metrics": self.metrics}
        said = {key: value for key, value in values.items() if value is not None}
        return {**said, "epochs": epochs}

    def with_usual_metrics(self) -> Recipe:
        """The recipe with the metrics that its kind of labels usually has."""
        return replace(self, metrics=_usual_metrics(self.labels))


def usual_recipe(head: Head) -> Recipe:
    """The recipe with which networks with such an output are usually trained."""
    rank = None if head.shape is None else len(head.shape)
    labels = "masks" if rank == 3 else "classes"
    if head.count == 1 and rank in (1, 3):
        if head.activation == "softmax":
            return Recipe("Adam", "sparse_categorical_crossentropy", None, labels)
        if head.activation in ("sigmoid", "hard_sigmoid"):
            return Recipe("Adam", "binary_crossentropy", None, labels)
    return Recipe("Adam", "mean_squared_error", ["mean_absolute_error"], "numbers")


def recipe_of(training: Any, head: Head) -> Recipe | None:
    """The recipe in a model file; None if there is none, or none that a spec can fully express."""
    if not isinstance(training, Mapping):
        return None
    optimizer = _object("optimizers", training.get("optimizer_config", training.get("optimizer")))
    loss = _object("losses", training.get("loss"))
    if optimizer is None or loss is None:
        return None
    usual = usual_recipe(head)
    name = _canonical("losses", loss)
    labels = usual.labels
    if name in _NUMBERS:
        labels = "numbers"
    elif labels == "numbers":
        labels = "classes"
    return Recipe(optimizer, loss, _metrics(training.get("metrics"), usual, labels), labels)


def _metrics(written: Any, usual: Recipe, labels: str) -> list[Any] | None:
    """The metrics of the file; if a spec cannot express them, the usual ones."""
    if isinstance(written, list) and len(written) == 1 and isinstance(written[0], list):
        written = written[0]  # One list for each output.
    found = [_object("metrics", each) for each in written] if isinstance(written, list) else []
    if found and all(each is not None for each in found):
        return None if found == ["accuracy"] else found
    return _usual_metrics(labels)


def _usual_metrics(labels: str) -> list[Any] | None:
    return ["mean_absolute_error"] if labels == "numbers" else None


def _object(kind: str, written: Any) -> Any:
    """An optimizer, a loss or a metric as written in a spec; None for anything else."""
    name, config = written, {}
    if isinstance(written, Mapping):
        name, config = written.get("class_name"), written.get("config", {})
        if name in ("function", "builtin_function_or_method") and isinstance(config, str):
            name, config = config, {}
        elif name == "MeanMetricWrapper" and isinstance(config, Mapping):
            name, config = config.get("fn"), {}
    if not isinstance(name, str) or not isinstance(config, Mapping):
        return None
    name = name.rpartition(">")[2]
    if kind == "metrics" and name in ("accuracy", "acc"):
        return "accuracy"
    found = resolve(kind, name)
    entry = None if found is None else catalog.find(kind, found)
    if not isinstance(entry, catalog.Entry):
        return None
    said = _arguments(config, entry)
    short = name if name.islower() else entry.name
    if not said:
        return short
    item = {"type": entry.name, **said}
    return None if catalog.check_object(kind, item) else item


def _arguments(config: Mapping[str, Any], entry: catalog.Entry) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for key, value in config.items():
        argument = entry.arguments.get(_NEW.get(key, key))
        value = plain(value)
        if isinstance(value, Mapping) and "class_name" in value:
            value = _object("schedules", value)
        # "auto" and the like were defaults.
        is_silent = key in ("name", "reduction", "dtype", "fn") or value is None
        if argument is None or is_silent or value == argument.default:
            continue
        said[argument.name] = value
    return {key: said[key] for key in entry.arguments if key in said}


def _canonical(kind: str, written: Any) -> str:
    name = written["type"] if isinstance(written, Mapping) else written
    return resolve(kind, name) or str(name)
