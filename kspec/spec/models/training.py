"""The recipe of a spec: how its network learns."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Strict

from kspec.spec.models.base import Bool, Float, KerasObject, Model, PositiveInt

__all__ = ["CheckpointTimes", "EarlyStopping", "Training"]


def _named(value: Any) -> Any:
    """A name alone is short for an object without arguments."""
    return {"type": value} if isinstance(value, str) else value


NamedObject = Annotated[KerasObject, BeforeValidator(_named)]


class EarlyStopping(Model):
    """One monitor that may stop the training; the names are those of Keras's EarlyStopping."""

    monitor: str = "val_loss"
    min_delta: Float = 0.0
    patience: Annotated[int, Strict(), Field(ge=0)] = 0
    mode: Literal["auto", "min", "max"] = "auto"
    baseline: Float | None = None
    restore_best_weights: Bool = False
    start_from_epoch: Annotated[int, Strict(), Field(ge=0)] = 0


class CheckpointTimes(Model):
    """How often the state of a training is written, to go on from: whichever comes first.

    Every so many epochs, steps (of the whole training), minutes; null is never.
    """

    epochs: PositiveInt | None = 1
    steps: PositiveInt | None = None
    minutes: Annotated[float, Strict(), Field(gt=0)] | None = 10.0


class Training(Model):
    """How the network learns; the names are those of Keras's `compile` and `fit`."""

    optimizer: NamedObject
    loss: NamedObject
    metrics: tuple[NamedObject, ...] = (KerasObject(type="accuracy"),)
    batch_size: PositiveInt = 32
    epochs: PositiveInt
    early_stopping: tuple[EarlyStopping, ...] = ()
    callbacks: tuple[NamedObject, ...] = ()
    checkpoint: CheckpointTimes | None = CheckpointTimes()
    deterministic: Bool = False

    @property
    def logits(self) -> bool:
        """Whether the network gives logits, as its loss takes them."""
        return self.loss.arguments.get("from_logits") is True
