"""The recipe of a spec: how its network learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    Strict,
    model_serializer,
    model_validator,
)

from kspec.spec.models.base import Bool, Count, Float, KerasObject, Model, PositiveInt
from kspec.spec.trackers import Tracker

__all__ = [
    "Averaging",
    "CheckpointTimes",
    "EarlyStopping",
    "Features",
    "ParameterGroup",
    "Training",
]


def _named(value: Any) -> Any:
    """A name alone is short for an object without arguments."""
    return {"type": value} if isinstance(value, str) else value


NamedObject = Annotated[KerasObject, BeforeValidator(_named)]


def _part(value: Any) -> Any:
    """Which part of a layer is trained."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Mapping) and len(value) == 1:
        ((key, wanted),) = value.items()
        number = isinstance(wanted, int) and not isinstance(wanted, bool) and wanted >= 1
        if (key == "last" and number) or (
            key in ("from", "matching") and isinstance(wanted, str) and wanted
        ):
            return dict(value)
    raise ValueError(
        'must be true or false, or of a nested network {"last": 30}, {"from": "block5_conv1"} or '
        '{"matching": "conv5_*"}'
    )


class EarlyStopping(Model):
    """A monitor that may stop the training; the keys are those of Keras's EarlyStopping."""

    monitor: str = "val_loss"
    min_delta: Float = 0.0
    patience: Count = 0
    mode: Literal["auto", "min", "max"] = "auto"
    baseline: Float | None = None
    restore_best_weights: Bool = False
    start_from_epoch: Count = 0


class CheckpointTimes(Model):
    """How often the state of a training is saved, to resume from: at whichever comes first.

    The numbers of epochs, steps (of a phase) and minutes between checkpoints; null is never.
    """

    epochs: PositiveInt | None = 1
    steps: PositiveInt | None = None
    minutes: Annotated[float, Strict(), Field(gt=0)] | None = 10.0


class Features(Model):
    """The outputs of the layer `until` are computed once for each sample, and kept as `dtype`.

    Everything up to that layer is then frozen, and the layers behind it learn from what is kept.
    """

    until: str
    dtype: Literal["float32", "float16"] = "float32"


def _patterns(value: Any) -> Any:
    """One pattern alone is short for a list of it."""
    listed = [value] if isinstance(value, str) else value
    is_list = isinstance(listed, (list, tuple)) and len(listed) > 0
    if is_list and all(isinstance(each, str) and each for each in listed):
        return tuple(listed)
    raise ValueError(
        'must be a pattern over paths of variables, such as "*/beta", or a list of them'
    )


Multiplier = Annotated[float, Strict(), Field(ge=0, allow_inf_nan=False)]


class ParameterGroup(Model):
    """Variables whose path, such as "conv2d/kernel", matches: they learn at a multiple of the
    learning rate, and decay at a multiple of `weight_decay` (times that of the rate)."""

    matching: Annotated[tuple[str, ...], BeforeValidator(_patterns)]
    learning_rate_multiplier: Multiplier = 1.0
    weight_decay_multiplier: Multiplier = 1.0

    @model_validator(mode="after")
    def _another_than_the_rest(self) -> ParameterGroup:
        if self.learning_rate_multiplier == self.weight_decay_multiplier == 1:
            raise ValueError(
                "needs a learning_rate_multiplier or a weight_decay_multiplier other than 1"
            )
        return self


class Averaging(Model):
    """An average of the weights is validated, kept, tested and saved; training continues from the
    weights themselves.

    The average takes in the weights after every `every` steps, from the fraction `start` of the
    phase on. With a `momentum` older weights fade; without, it is the mean of all taken in.
    """

    momentum: Annotated[float, Strict(), Field(gt=0, lt=1)] | None = None
    every: PositiveInt = 1
    start: Annotated[float, Strict(), Field(ge=0, lt=1)] = 0.0


# From keras/src/losses: those for class numbers whose names do not begin with "Sparse".
_OF_CLASS_NUMBERS = ("categoricalgeneralizedcrossentropy", "circle")

_SELDOM = (
    "steps_per_epoch",
    "parameter_groups",
    "averaging",
    "trainable",
    "features",
    "precision",
    "compile",
    "trackers",
)


class Training(Model):
    """How the network learns, in all or in one phase; the names are those of Keras's `compile` and
    `fit`.

    `trainable` says for layers by name, "backbone/block5_conv1" within a nested network, whether
    they are trained, or which part of them; the others go by their own `trainable`. A variable is
    in the first of the `parameter_groups` that matches it, or in none.
    """

    optimizer: NamedObject
    parameter_groups: tuple[ParameterGroup, ...] = ()
    loss: NamedObject
    metrics: tuple[NamedObject, ...] = (KerasObject(type="accuracy"),)
    batch_size: PositiveInt = 32
    epochs: PositiveInt
    steps_per_epoch: PositiveInt | None = None
    trainable: dict[str, Annotated[Any, BeforeValidator(_part)]] = Field(default={})
    averaging: Averaging | None = None
    early_stopping: tuple[EarlyStopping, ...] = ()
    callbacks: tuple[NamedObject, ...] = ()
    checkpoint: CheckpointTimes | None = CheckpointTimes()
    deterministic: Bool = False
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    compile: Bool | Literal["auto"] = "auto"
    features: Features | None = None
    trackers: tuple[Tracker, ...] = ()

    @property
    def logits(self) -> bool:
        """Whether the network gives logits, as its loss takes them."""
        return self.loss.arguments.get("from_logits") is True

    @property
    def takes_class_numbers(self) -> bool:
        """Whether the loss compares with the number of a class, not with one value per output."""
        name = self.loss.type.lower().replace("_", "")
        return name.startswith("sparse") or name in _OF_CLASS_NUMBERS

    @property
    def needs_class_numbers(self) -> bool:
        """As `takes_class_numbers`, and no other loss does the same with one value per output."""
        name = self.loss.type.lower().replace("_", "")
        return self.takes_class_numbers and name != "sparsecategoricalcrossentropy"

    @model_serializer(mode="wrap")
    def _without_what_is_seldom_said(
        self, handler: SerializerFunctionWrapHandler
    ) -> dict[str, Any]:
        fields = type(self).model_fields
        return {
            key: value
            for key, value in handler(self).items()
            if key not in _SELDOM or value not in (fields[key].default, [])
        }
