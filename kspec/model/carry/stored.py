"""The contents of a weights file: arrays whose shape is known before they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kspec.errors import Place, Problem, SpecError

__all__ = ["ByLayer", "ByName", "ByPath", "Held", "Stored", "broken"]


@dataclass(frozen=True)
class Stored:
    """One array: its name and shape in the file, and a function that reads it as it is there."""

    name: str
    shape: tuple[int, ...]
    read: Callable[[], np.ndarray[Any, Any]]


@dataclass(frozen=True)
class ByPath:
    """Keras 3, and tf.keras in the same format: arrays by path, such as "layers/dense/vars/0"."""

    arrays: Mapping[str, Stored]


@dataclass(frozen=True)
class ByLayer:
    """Keras 1 and 2: for each layer, by name and in the order of the file, its arrays in order.

    `version` and `backend` are those of the Keras that wrote it, if the file says so. `is_numbered`
    means that it is from before Keras 1, and identifies layers only by number.
    """

    layers: tuple[tuple[str, tuple[Stored, ...]], ...]
    version: str | None = None
    backend: str | None = None
    is_numbered: bool = False


@dataclass(frozen=True)
class ByName:
    """TensorFlow.js: arrays in order, with names such as "dense_1/kernel"."""

    arrays: tuple[Stored, ...]


Held = ByPath | ByLayer | ByName


def broken(file: str, message: str) -> SpecError:
    """The error for an invalid weights file."""
    return SpecError([Problem(Place(file), message, "broken-weights")])
