"""The language as pydantic models: what a spec says once blocks, variables and `extends` are gone.

Unknown keys are refused everywhere. The arguments of a Keras object are open here, because they
belong to Keras; `kspec.spec.catalog` knows them and `kspec.spec.check` holds the spec to them.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    Strict,
    Tag,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from kspec.spec.catalog.registry import registered_of, seek
from kspec.spec.node import Node

__all__ = [
    "FILE_SOURCES",
    "SOURCES",
    "TAGS",
    "Data",
    "EarlyStopping",
    "Expect",
    "Input",
    "KerasObject",
    "Layer",
    "NestedModel",
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


class Layer(KerasObject):
    """A layer of the network. `inputs` says what it takes where that is not the layer before it:
    a reference ("skip", "#-2", "lstm[1]"), a list of them, or an object of keywords and references.
    """

    inputs: str | list[Any] | dict[str, Any] | None = None

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {
            key: value
            for key, value in handler(self).items()
            if key not in ("inputs", "outputs") or value is not None
        }


class NestedModel(Layer):
    """`{"type": "Model", "layers": [...]}`: a network within the network, one layer of it.

    Its layers know what it is called with as "input", or by the keys of `inputs`.
    """

    layers: Annotated[tuple[AnyLayer, ...], Field(min_length=1)]
    outputs: Outputs = None


# How pydantic's paths name the two forms of a layer; no key of a spec is called so.
TAGS = ("a layer", "a Model")


def _which_layer(value: Any) -> str:
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return TAGS[kind == "Model"]


AnyLayer = Annotated[
    Annotated[Layer, Tag("a layer")] | Annotated[NestedModel, Tag("a Model")],
    Discriminator(_which_layer),
]
Outputs = str | Annotated[tuple[str, ...], Field(min_length=1)] | None


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


Dtype = Literal[
    "bfloat16",
    "float16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "bool",
    "string",
    "complex64",
    "complex128",
]


class Input(Model):
    """What one sample is: its shape without the batch axis, and its dtype.

    A size that is null is open: the samples of a batch say it.
    """

    shape: Annotated[tuple[PositiveInt | None, ...], Field(min_length=1)]
    dtype: Dtype = "float32"


class Standardize(Model):
    """Subtract `mean`, divide by `std`: one value per channel, after scaling."""

    mean: Annotated[tuple[Float, ...], Field(min_length=1)]
    std: Annotated[tuple[Annotated[float, Strict(), Field(gt=0)], ...], Field(min_length=1)]


def _source(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """A source of kspec, or else one that a plugin brings."""
    try:
        return handler(value)
    except ValidationError:
        if isinstance(value, str) and seek("sources", value) is not None:
            return value
        raise


class Data(Model):
    """Where the samples come from and what is done to every one of them.

    `validation` is the fraction of the training set to hold out, "own" for the validation set that
    the source brings, or absent: the source's own if it has one, otherwise none. `scale` multiplies
    the pixels; `standardize` then uses the given statistics, or with `true` those of the training
    split. `train_samples` and `test_samples` take that many, the classes in proportion.

    `labels` says what is to be learned of a sample: its class, a mask of classes (one per pixel),
    or numbers. `target`, `columns` and `test_path` belong to "csv": the column with the labels,
    the columns that the network takes (without it all others), and a file with the test set.
    `source` may be one of a plugin, too; `options` are the arguments of that.
    """

    source: Annotated[
        Literal[
            "cifar10",
            "cifar100",
            "mnist",
            "fashion_mnist",
            "npz",
            "images",
            "csv",
            "shapes",
            "pairs",
            "sentences",
            "table",
        ],
        WrapValidator(_source),
        PlainSerializer(str),
    ]
    path: str | None = None
    test_path: str | None = None
    labels: Literal["classes", "masks", "numbers"] = "classes"
    target: Annotated[str | None, Field(validate_default=True)] = None
    columns: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    options: dict[str, Any] = {}
    validation: Annotated[float | str | None, BeforeValidator(_validation)] = None
    scale: Annotated[float | str | None, BeforeValidator(_scale)] = None
    standardize: Bool | Standardize = False
    train_samples: PositiveInt | None = None
    test_samples: PositiveInt | None = None

    @field_validator("path", "test_path", "target", "columns", "labels", "options")
    @classmethod
    def _goes_with_the_source(cls, value: Any, info: ValidationInfo) -> Any:
        source = info.data.get("source")  # None where that is wrong itself.
        assert info.field_name is not None
        fitting = _sources_of(info.field_name, value)
        said = value is not None and value != {}
        if source is not None and said and source not in fitting:
            shown = f'"{value}" ' if info.field_name == "labels" else ""
            known = " " + ", ".join(f'"{each}"' for each in fitting) if fitting else " of a plugin"
            text = f'{shown}goes with the source{"s" * (len(fitting) > 1)}{known}, not "{source}"'
            # (A text that stands in for a format is taken as it is.)
            raise PydanticCustomError("unfit_key", "{text}", {"text": text})
        if info.field_name == "target" and source == "csv" and value is None:
            text = 'the source "csv" needs "target", the column with the labels'
            raise PydanticCustomError("missing_target", "{text}", {"text": text})
        return value

    @model_serializer(mode="wrap")
    def _without_keys_of_few(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {
            key: value
            for key, value in handler(self).items()
            if key not in ("test_path", "target", "columns", "options") or value not in (None, {})
        }

    def on(self, source: str, path: str | None = None) -> Data:
        """These data from another source; what goes with the old one alone is left behind."""
        changes: dict[str, Any] = {"source": source, "path": path, "test_path": None}
        if source != self.source:
            changes["options"] = {}
        for key in ("labels", "target", "columns"):
            if source not in _sources_of(key, getattr(self, key)):
                changes[key] = type(self).model_fields[key].default
        return self.model_copy(update=changes)


FILE_SOURCES = ("npz", "images", "csv")
"""The sources that read what `path` names."""

SOURCES: tuple[str, ...] = get_args(Data.model_fields["source"].annotation)
"""The sources that kspec brings itself."""

_LABELS = {"masks": ("npz", "shapes"), "numbers": ("npz", "csv")}


def _sources_of(key: str, value: Any) -> tuple[str, ...]:
    """The sources that a key of `data` goes with, for "labels" with this value."""
    brought = registered_of("sources")
    if key == "labels":
        return (*_LABELS.get(value, SOURCES), *brought)
    if key == "options":
        return tuple(brought)
    if key == "path":
        return (*FILE_SOURCES, *(name for name, each in brought.items() if each.entry.call))
    return ("csv",)


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
    input: Input | None = None
    inputs: Annotated[dict[str, Input], Field(min_length=1)] | None = None
    layers: Annotated[tuple[AnyLayer, ...], Field(min_length=1)]
    outputs: Outputs = None
    data: Data
    augmentation: tuple[KerasObject, ...] = ()
    training: Training
    expect: Expect | None = None
    allow: dict[str, str] = {}

    # Where each value was written; None for a spec made in Python.
    _node: Node | None = PrivateAttr(default=None)

    @field_validator("kspec", mode="before")
    @classmethod
    def _no_bool(cls, value: Any) -> Any:
        if isinstance(value, bool):  # To Python true is 1.
            raise ValueError("is a number")
        return value

    @model_validator(mode="after")
    def _one_way_in(self) -> Spec:
        if (self.input is None) == (self.inputs is None):
            raise ValueError('a spec has either "input" or "inputs"')
        return self

    @property
    def entering(self) -> dict[str, Input]:
        """The inputs of the network by name; one alone is called "input"."""
        return dict(self.inputs) if self.inputs else {"input": self.input} if self.input else {}

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
        # Absent says the same. (The schema is for editors, and says nothing of the experiment.)
        for key in ("$schema", "input", "inputs", "outputs"):
            if values[key] is None:
                del values[key]
        return values


def _escaped(value: Any) -> Any:
    """Values with text that begins with `$` written so that it stays text."""
    if isinstance(value, dict):
        return {key: _escaped(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_escaped(child) for child in value]
    return f"${value}" if isinstance(value, str) and value.startswith("$") else value
