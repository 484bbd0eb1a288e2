"""Which of the measures of a run sums it up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

__all__ = ["ACCURACIES", "accuracy_of", "main_measure"]

# What Keras calls the accuracy, depending on the kind of labels.
ACCURACIES = (
    "accuracy",
    "acc",
    "sparse_categorical_accuracy",
    "categorical_accuracy",
    "binary_accuracy",
)


def accuracy_of(values: Mapping[str, float]) -> float | None:
    """The first of the measures that is an accuracy; None if none is."""
    return next((value for name, value in values.items() if name in ACCURACIES), None)


def main_measure(names: Iterable[str]) -> str | None:
    """An accuracy if there is one, else the first metric, else the loss; None if there is none."""
    known = list(names)
    metrics = [name for name in known if name != "loss"]
    accuracies = [name for name in metrics if name in ACCURACIES]
    return next(iter((*accuracies, *metrics, *known)), None)
