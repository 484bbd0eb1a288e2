"""The network of a spec: what enters it, and its layers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, SerializerFunctionWrapHandler, Tag, model_serializer

from kspec.spec.models.base import A_LAYER, A_MODEL, KerasObject, Model, PositiveInt

__all__ = ["AnyLayer", "Input", "Layer", "NestedModel", "Outputs"]

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
    """The shape of a sample, without the batch axis, and its dtype.

    A size of null is open: the samples of each batch decide it.
    """

    shape: Annotated[tuple[PositiveInt | None, ...], Field(min_length=1)]
    dtype: Dtype = "float32"


class Layer(KerasObject):
    """A layer of the network. `inputs` says what it takes, if not the layer before it: a
    reference ("skip", "#-2", "lstm[1]"), a list of them, or an object of keywords and references.
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
    """`{"type": "Model", "layers": [...]}`: a network that is one layer of the outer one.

    Its layers refer to what it is called with as "input", or by the keys of `inputs`.
    """

    layers: Annotated[tuple[AnyLayer, ...], Field(min_length=1)]
    outputs: Outputs = None


def _which_layer(value: Any) -> str:
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return A_MODEL if kind == "Model" else A_LAYER


AnyLayer = Annotated[
    Annotated[Layer, Tag(A_LAYER)] | Annotated[NestedModel, Tag(A_MODEL)],
    Discriminator(_which_layer),
]
Outputs = str | Annotated[tuple[str, ...], Field(min_length=1)] | None
