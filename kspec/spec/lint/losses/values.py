"""Arguments with which a loss is no number that could be made smaller."""

from __future__ import annotations

from collections.abc import Iterator

from kspec.spec.catalog.registry import registered
from kspec.spec.graph import Graph
from kspec.spec.lint.names import number
from kspec.spec.lint.rule import Finding, Rule
from kspec.spec.models import KerasObject, Spec

__all__ = ["LABEL_SMOOTHING", "LOSS_OF_MANY_VALUES"]


def _many_values(spec: Spec, graph: Graph) -> Iterator[Finding]:
    loss = spec.training.loss
    if _of_keras(loss) and loss.arguments.get("reduction", "sum") in (None, "none"):
        message = (
            f"{loss.type} is a number for each sample then, and a training needs a single one; "
            "leave it out"
        )
        yield Finding(("training", "loss", "reduction"), message)


def _smoothing(spec: Spec, graph: Graph) -> Iterator[Finding]:
    loss = spec.training.loss
    share = number(loss.arguments.get("label_smoothing"))
    if _of_keras(loss) and share is not None and not 0 <= share < 1:
        message = f"{share:g} is no share of a label; it must be from 0 to below 1"
        yield Finding(("training", "loss", "label_smoothing"), message)


def _of_keras(loss: KerasObject) -> bool:
    """A plugin's arguments may mean something else."""
    return registered("losses", loss.type) is None


_LOSS = '{"training": {"loss": {"type": "CategoricalCrossentropy", %s}}}'

LOSS_OF_MANY_VALUES = Rule(
    code="loss-of-many-values",
    level="error",
    title="A loss that is not one number",
    reason=(
        "A training follows the gradient of one number, which sums up the batch: Keras's default "
        "is the mean. Without a reduction there is a number for each sample. PyTorch and JAX then "
        "refuse to compute a gradient, and TensorFlow computes that of the sum."
    ),
    wrong=_LOSS % '"reduction": "none"',
    right=_LOSS % '"reduction": "sum_over_batch_size"',
    find=_many_values,
    may_be_allowed=False,
    reads_graph=False,
)

LABEL_SMOOTHING = Rule(
    code="label-smoothing",
    level="error",
    title="Labels that are smoothed by more than there is",
    reason=(
        "Label smoothing takes a share from the label of the right class and spreads it over all "
        "classes: of 0.1, one tenth. With 1 nothing of the label is left, above that it says the "
        "opposite, and below 0 it asks for probabilities above 1. Keras takes any number."
    ),
    wrong=_LOSS % '"label_smoothing": 10',
    right=_LOSS % '"label_smoothing": 0.1',
    find=_smoothing,
    may_be_allowed=False,
    reads_graph=False,
)
