"""What the parts of a spec are made of."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, Strict

__all__ = [
    "A_LAYER",
    "A_MODEL",
    "STATISTICS",
    "SWITCH",
    "TAGS",
    "Bool",
    "Float",
    "KerasObject",
    "Model",
    "PositiveInt",
]

# JSON already says what is a number and what is text, so "3" is no integer and true is no number.
Float = Annotated[float, Strict()]
Bool = Annotated[bool, Strict()]
PositiveInt = Annotated[int, Strict(), Field(ge=1)]

# (`defer_build`: the parts are built within `Spec`, and not each once more by itself.)

# How pydantic's paths name the forms of what has several; no key of a spec is called so.
A_LAYER, A_MODEL = "a layer", "a Model"
SWITCH, STATISTICS = "a switch", "the statistics"
TAGS = (A_LAYER, A_MODEL, SWITCH, STATISTICS)


class Model(BaseModel):
    """A part of a spec: immutable and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class KerasObject(BaseModel):
    """Any object that Keras makes by name: `type`, with Keras's own arguments beside it."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    type: str

    @property
    def arguments(self) -> dict[str, Any]:
        """What the spec says beside `type`; nested objects are plain values."""
        return dict(self.model_extra or {})
