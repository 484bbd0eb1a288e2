"""Base classes and types for the parts of a spec."""

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
    "Count",
    "Float",
    "KerasObject",
    "Model",
    "PositiveInt",
]

# JSON already distinguishes numbers and text, so "3" is not an integer and true is not a number.
Float = Annotated[float, Strict()]
Bool = Annotated[bool, Strict()]
# (Keras counts steps in 32 bits.)
PositiveInt = Annotated[int, Strict(), Field(ge=1, le=2**31 - 1)]
Count = Annotated[int, Strict(), Field(ge=0, le=2**31 - 1)]

# (`defer_build`: the parts are built as parts of `Spec`, not each separately as well.)

# Tags for the branches of a union in pydantic's paths; no key of a spec has these names.
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
