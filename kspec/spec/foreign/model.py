"""What a model file says, in the words of the language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kspec.errors import Problem

__all__ = ["Foreign", "ForeignInput", "Source"]


@dataclass(frozen=True)
class ForeignInput:
    """An input of the network: `shape` without the batch axis, None for a size that is open.

    `name` is what the file calls it.
    """

    shape: tuple[int | None, ...]
    dtype: str
    name: str


@dataclass(frozen=True)
class Source:
    """A layer as the file has it; what is needed to carry its weights.

    `path` leads to it through the nested models, by the names that the layers have in the spec;
    `name`, `class_name` and `config` are the file's own; `type` is the layer of the spec.

    `scaled` names the arguments that hold the hard_sigmoid of before Keras 3, which is
    clip(0.2 x + 0.5, 0, 1). That of Keras 3 is clip(x / 6 + 0.5, 0, 1), so that the old one of x is
    the new one of 1.2 x: a layer does as it did when the weights that lead to this activation,
    biases too, are multiplied by 1.2.
    """

    path: tuple[str, ...]
    name: str
    class_name: str
    type: str
    dialect: str
    config: Mapping[str, Any] = field(default_factory=dict)
    scaled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Foreign:
    """A network from a model file.

    `inputs` by the name that the layers know them by (one alone is "input"); `layers` in the flat
    form of a spec, every one with a name, `inputs` left out where it is the layer before;
    `outputs` are references. `sources` holds every layer of the file, inputs and the layers within
    nested models included, in the order of the file. `dialect` is "keras1", "keras2", "keras3" or
    "tfjs"; `keras_version` and `backend` are what the file says, None if it does not. `training` is
    how the network was compiled, as the file has it, in whatever form. `notes` are what the user
    should know and nothing stops for.
    """

    name: str
    inputs: Mapping[str, ForeignInput]
    layers: list[dict[str, Any]]
    outputs: list[str]
    sources: tuple[Source, ...]
    dialect: str
    keras_version: str | None = None
    backend: str | None = None
    training: Any = None
    notes: tuple[Problem, ...] = ()
