"""The data of a spec."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    Strict,
    Tag,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_serializer,
)
from pydantic_core import PydanticCustomError

from kspec.spec.catalog.registry import registered_of, seek
from kspec.spec.models.base import STATISTICS, SWITCH, Bool, Float, Model, PositiveInt

__all__ = ["FILE_SOURCES", "SOURCES", "Data", "Standardize"]


class Standardize(Model):
    """Subtract `mean`, divide by `std`: one value per channel, after scaling."""

    mean: Annotated[tuple[Float, ...], Field(min_length=1)]
    std: Annotated[tuple[Annotated[float, Strict(), Field(gt=0)], ...], Field(min_length=1)]


def _which_form(value: Any) -> str:
    return STATISTICS if isinstance(value, (dict, Standardize)) else SWITCH


_Standardize = Annotated[
    Annotated[Bool, Tag(SWITCH)] | Annotated[Standardize, Tag(STATISTICS)],
    Discriminator(_which_form),
]


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
        raise ValueError("must be a number other than 0")
    return value if isinstance(value, str) else number


def _source(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """A source of kspec, or else one from a plugin."""
    try:
        return handler(value)
    except ValidationError:
        if isinstance(value, str) and seek("sources", value) is not None:
            return value
        raise


class Data(Model):
    """Where the samples come from and how each of them is prepared.

    `validation` is the fraction of the training set to hold out, "own" for the validation set that
    the source brings, or absent: the source's own if it has one, otherwise none. `scale` multiplies
    the pixels; `standardize` then uses the given statistics, or with `true` those of the training
    split. `train_samples` and `test_samples` take that many, with the classes in proportion.

    `labels` says what is learned for each sample: its class, a mask of classes (one per pixel), or
    numbers. `target`, `columns` and `test_path` belong to "csv": the column with the labels, the
    columns that the network takes (by default all others), and a file with the test set. `source`
    may also be one from a plugin; `options` are its arguments.
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
    options: dict[str, Any] = Field(default={})
    validation: Annotated[float | str | None, BeforeValidator(_validation)] = None
    scale: Annotated[float | str | None, BeforeValidator(_scale)] = None
    standardize: _Standardize = False
    train_samples: PositiveInt | None = None
    test_samples: PositiveInt | None = None

    @field_validator("path", "test_path", "target", "columns", "labels", "options", "validation")
    @classmethod
    def _goes_with_the_source(cls, value: Any, info: ValidationInfo) -> Any:
        source = info.data.get("source")  # None if the source itself is invalid.
        assert info.field_name is not None
        fitting = _sources_of(info.field_name, value)
        said = value is not None and value != {}
        if source is not None and said and source not in fitting:
            shown = f'"{value}" ' if info.field_name in ("labels", "validation") else ""
            known = " " + ", ".join(f'"{each}"' for each in fitting) if fitting else " of a plugin"
            text = f'{shown}goes with the source{"s" * (len(fitting) > 1)}{known}, not "{source}"'
            # (A text passed as an argument is not parsed for placeholders.)
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

    @property
    def can_be_validated(self) -> bool:
        """Whether there may be a validation set; of files and plugins only reading them tells."""
        if isinstance(self.validation, float):
            return self.validation > 0
        return self.source in _sources_of("validation", "own")

    def on(self, source: str, path: str | None = None) -> Data:
        """These data from another source, without the keys that only the old source takes."""
        changes: dict[str, Any] = {"source": source, "path": path, "test_path": None}
        if source != self.source:
            changes["options"] = {}
        for key in ("labels", "target", "columns", "validation"):
            if source not in _sources_of(key, getattr(self, key)):
                changes[key] = type(self).model_fields[key].default
        return self.model_copy(update=changes)


FILE_SOURCES = ("npz", "images", "csv")
"""The sources that read what `path` names."""

SOURCES: tuple[str, ...] = get_args(Data.model_fields["source"].annotation)
"""The sources of kspec itself."""

_LABELS = {"masks": ("npz", "shapes"), "numbers": ("npz", "csv")}


def _sources_of(key: str, value: Any) -> tuple[str, ...]:
    """The sources that allow a key of `data`; for "labels", with this value."""
    brought = registered_of("sources")
    if key == "labels":
        return (*_LABELS.get(value, SOURCES), *brought)
    if key == "options":
        return tuple(brought)
    if key == "validation":
        return ("npz", "images", *brought) if value == "own" else (*SOURCES, *brought)
    if key == "path":
        return (*FILE_SOURCES, *(name for name, each in brought.items() if each.entry.call))
    return ("csv",)
