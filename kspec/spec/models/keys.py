"""Which keys the parts of a spec take, and which part is nested where."""

from __future__ import annotations

import types
import typing
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kspec.spec.models.spec import Spec

__all__ = ["fields_of", "keys_of", "model_within"]

# Keys of a file that are gone from a resolved Spec.
_OF_FILES = ("extends", "blocks", "variables")


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys that a part of a spec takes as written; for `Spec` those of a file."""
    names = tuple(fields_of(model))
    return (*names, *_OF_FILES) if model is Spec else names


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a part by their keys in a spec."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def model_within(annotation: Any) -> type[BaseModel] | None:
    """The model inside `tuple[M, ...]`, `M | None` and the like."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, BaseModel) else None
    for part in typing.get_args(annotation):
        found = model_within(part)
        if found is not None:
            return found
    return None
