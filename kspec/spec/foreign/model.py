"""The content of a model file in terms of the language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kspec.errors import Problem

__all__ = ["Foreign", "ForeignInput", "Source"]


@dataclass(frozen=True)
class ForeignInput:
    """An input of the network: `shape` without the batch axis, None for an open size.

    `name` is its name in the file.
    """

    shape: tuple[int | None, ...]
    dtype: str
    name: str


@dataclass(frozen=True)
class Source:
    """A layer as in the file, with what is needed to transfer its weights.

    `path` leads to it through nested models, by the names of the layers in the spec; `name`,
    `class_name` and `config` are those of the file; `type` is the type of the layer in the spec.

    `scaled` names the arguments that hold the hard_sigmoid from before Keras 3, which is
    clip(0.2 x + 0.5, 0, 1). In Keras 3 it is clip(x / 6 + 0.5, 0, 1), so the old function of x is
    the new function of 1.2 x: a layer computes the same as before if the weights that feed into
    this activation, biases included, are multiplied by 1.2.
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

    `inputs` are by the name that layers refer to (a single one is "input"); `layers` are in the
    flat form of a spec, each with a name, and without `inputs` if it takes the layer before;
    `outputs` are references. `sources` holds every layer of the file, inputs and the layers within
    nested models included, in the order of the file. `dialect` is "keras1", "keras2", "keras3" or
    "tfjs"; `keras_version` and `backend` are from the file, None if it does not say. `training`
    says how the network was compiled, in whatever form the file has it. `notes` are for the user to
    know; they do not stop the import.
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
