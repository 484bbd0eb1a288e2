"""The language as pydantic models: what a spec says once blocks, variables and `extends` are gone.

Unknown keys are refused everywhere. The arguments of a Keras object are open here, because they
belong to Keras; `kspec.spec.catalog` knows them and `kspec.spec.check` holds the spec to them.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, Strict

from kspec.spec.node import Node

__all__ = [
    "Data",
    "EarlyStopping",
    "Expect",
    "Input",
    "KerasObject",
    "Reference",
    "Spec",
    "Standardize",
    "Training",
]

# JSON already says what is a number and what is text, so "3" is no integer and true is no number.
Int = Annotated[int, Strict()]
Float = Annotated[float, Strict()]
Bool = Annotated[bool, Strict()]
PositiveInt = Annotated[int, Strict(), Field(ge=1)]


class Model(BaseModel):
    """A part of a spec: immutable and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class KerasObject(BaseModel):
    """Anything Keras makes by name: `type` and Keras's own arguments, flat."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str

    @property
    def arguments(self) -> dict[str, Any]:
        """What the spec says beside `type`; nested objects are plain values."""
        return dict(self.model_extra or {})


def _named(value: Any) -> Any:
    """A name alone is short for an object without arguments."""
    return {"type": value} if isinstance(value, str) else value


def _validation(value: Any) -> float | str | None:
    if value is None or value == "own":
        return "own" if value else None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1:
        return float(value)
    raise ValueError('must be a fraction from 0 to below 1, or "own" for the source\'s own set')


def _scale(value: Any) -> float | str | None:
    if isinstance(value, str):
        try:
            number = float(Fraction(value))
        except (ValueError, ZeroDivisionError):
            raise ValueError('must be a number, or a fraction as text: "1/255"') from None
    elif value is None:
        return None
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value)
    else:
        raise ValueError('must be a number, or a fraction as text: "1/255"')
    if number == 0:
        raise ValueError("must not be 0: every pixel would be black")
    return value if isinstance(value, str) else number


NamedObject = Annotated[KerasObject, BeforeValidator(_named)]


class Input(Model):
    """What one sample is: its shape without the batch axis, and its dtype."""

    shape: Annotated[tuple[PositiveInt, ...], Field(min_length=1)]
    dtype: str = "float32"


class Standardize(Model):
    """Subtract `mean`, divide by `std`: one value per channel, after scaling."""

    mean: Annotated[tuple[Float, ...], Field(min_length=1)]
    std: Annotated[tuple[Annotated[float, Strict(), Field(gt=0)], ...], Field(min_length=1)]


class Data(Model):
    """Where the samples come from and what is done to every one of them.

    `validation` is the fraction of the training set to hold out, "own" for the validation set that
    the source brings, or absent: the source's own if it has one, otherwise none. `scale` multiplies
    the pixels; `standardize` then uses the given statistics, or with `true` those of the training
    split. `train_samples` and `test_samples` take that many, the classes in proportion.
    """

    source: Literal["cifar10", "cifar100", "mnist", "fashion_mnist", "npz", "images", "shapes"]
    path: str | None = None
    validation: Annotated[float | str | None, BeforeValidator(_validation)] = None
    scale: Annotated[float | str | None, BeforeValidator(_scale)] = None
    standardize: Bool | Standardize = False
    train_samples: PositiveInt | None = None
    test_samples: PositiveInt | None = None


class EarlyStopping(Model):
    """One monitor that may stop the training; the names are those of Keras's EarlyStopping."""

    monitor: str = "val_loss"
    min_delta: Float = 0.0
    patience: Annotated[int, Strict(), Field(ge=0)] = 0
    mode: Literal["auto", "min", "max"] = "auto"
    baseline: Float | None = None
    restore_best_weights: Bool = False
    start_from_epoch: Annotated[int, Strict(), Field(ge=0)] = 0


class Training(Model):
    """How the network learns; the names are those of Keras's `compile` and `fit`."""

    optimizer: NamedObject
    loss: NamedObject
    metrics: tuple[NamedObject, ...] = (KerasObject(type="accuracy"),)
    batch_size: PositiveInt = 32
    epochs: PositiveInt
    early_stopping: tuple[EarlyStopping, ...] = ()
    callbacks: tuple[NamedObject, ...] = ()


class Expect(Model):
    """What the spec claims of its own network; `kspec check --build` holds it to that."""

    total_params: Annotated[int, Strict(), Field(ge=0)] | None = None
    trainable_params: Annotated[int, Strict(), Field(ge=0)] | None = None


class Reference(Model):
    """A result from elsewhere to stand beside the run's own; `source` names where it is from."""

    source: str = "reference"
    test_accuracy: Annotated[float, Strict(), Field(ge=0, le=1)]


class Spec(Model):
    """A whole experiment, resolved: plain layers and a recipe."""

    schema_: str | None = Field(default=None, alias="$schema")
    kspec: Literal[1]
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
    description: str | None = None
    reference: Reference | None = None
    seed: Annotated[int, Strict(), Field(ge=0, lt=2**63)] = 0
    input: Input
    layers: Annotated[tuple[KerasObject, ...], Field(min_length=1)]
    data: Data
    augmentation: tuple[KerasObject, ...] = ()
    training: Training
    expect: Expect | None = None

    # Where each value was written; None for a spec made in Python.
    _node: Node | None = PrivateAttr(default=None)

    @property
    def file(self) -> Path | None:
        """The file that the spec was read from; None for one made in Python."""
        return Path(self._node.place.file) if self._node is not None else None

    def with_data(self, data: Data) -> Spec:
        """This spec on other data."""
        return self.model_copy(update={"data": data})

    def resolved(self) -> dict[str, Any]:
        """The spec as plain JSON values, every default filled in; a spec that can be read."""
        values: dict[str, Any] = _escaped(self.model_dump(mode="json", by_alias=True))
        if self.schema_ is None:
            del values["$schema"]  # It is for editors, and says nothing of the experiment.
        return values


def _escaped(value: Any) -> Any:
    """Values with text that begins with `$` written so that it stays text."""
    if isinstance(value, dict):
        return {key: _escaped(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_escaped(child) for child in value]
    return f"${value}" if isinstance(value, str) and value.startswith("$") else value
