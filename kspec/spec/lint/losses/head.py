"""Losses that do not fit the last activation of the network."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.graph import Graph
from kspec.spec.lint.labels import labels_are_classes
from kspec.spec.lint.losses.logits import BINARY_LOSSES, CATEGORICAL_LOSSES, NEGATIVE, ends
from kspec.spec.lint.names import name_of
from kspec.spec.lint.network import head
from kspec.spec.lint.rule import Finding, Path, Rule
from kspec.spec.models import Spec

__all__ = ["LOSS_AND_HEAD"]

_DISTANCES = (
    "Huber", "LogCosh", "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError",
    "MeanSquaredLogarithmicError",
)  # fmt: skip

_PATH: Path = ("training", "loss")


def _loss_and_head(spec: Spec, graph: Graph) -> Iterator[Finding]:
    found = head(graph)
    loss = name_of("losses", spec.training.loss.type)
    if found is not None and loss == "Poisson" and found.activation in NEGATIVE:
        message = (
            f"{spec.training.loss.type} takes the logarithm of the outputs, and {ends(found)}, so "
            'some are negative; give the head the activation "softplus"'
        )
        yield Finding(_PATH, message)
    scored = found is not None and found.units == 1 and found.activation in NEGATIVE
    if scored and loss in ("Hinge", "SquaredHinge") and labels_are_classes(spec):
        message = (
            f"{spec.training.loss.type} makes outputs above 0 a yes, but predictions, and metrics "
            "without a threshold, take those above 0.5 for it; use "
            '"sigmoid" and "binary_crossentropy"'
        )
        yield Finding(_PATH, message)
    # A softmax over one unit, and a loss of logits, have rules of their own.
    logits = spec.training.loss.arguments.get("from_logits") is True
    if found is None or found.units == 1 or logits or not labels_are_classes(spec):
        return
    many = f"{found.units} classes" if found.units else "its classes"
    if found.activation == "softmax" and loss in BINARY_LOSSES:
        message = (
            f"{spec.training.loss.type} asks yes or no of every class, but softmax chooses one of "
            f'{many}; use "sparse_categorical_crossentropy"'
        )
        yield Finding(_PATH, message)
    elif found.activation == "softmax" and loss in _DISTANCES:
        message = (
            f"{spec.training.loss.type} of softmax's probabilities learns least where the network "
            f"is confidently wrong; to choose one of {many}, use "
            '"sparse_categorical_crossentropy"'
        )
        yield Finding(_PATH, message)
    elif found.activation == "sigmoid" and loss in CATEGORICAL_LOSSES:
        message = (
            f"{spec.training.loss.type} wants probabilities that add up to 1, but sigmoid gives "
            f"each of {many} one of its own; use softmax"
        )
        yield Finding(_PATH, message)


_HEAD = (
    '{"layers": [{"type": "Flatten"},\n'
    '  {"type": "Dense", "units": %s, "activation": "%s"}],\n'
    ' "training": {"loss": "%s"}}'
)

LOSS_AND_HEAD = Rule(
    code="loss-does-not-fit-head",
    level="warning",
    title="A loss that does not fit the network's last activation",
    reason=(
        "Softmax gives the probability of each class if exactly one is right, and goes with a "
        "categorical cross-entropy; sigmoid gives it for each unit alone, and goes with the binary "
        "one. Mixed up, they train something other than intended. A squared error of probabilities "
        "has a gradient that vanishes where the network is sure but wrong, just where it should "
        "learn most (Goodfellow et al., Deep Learning, 6.2.2). Poisson's loss of a negative output "
        "is not a number, and a hinge loss decides at 0."
    ),
    wrong=_HEAD % (10, "softmax", "binary_crossentropy"),
    right=_HEAD % (10, "softmax", "sparse_categorical_crossentropy"),
    find=_loss_and_head,
)
