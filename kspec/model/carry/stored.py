"""What a weights file holds: arrays that know their shape before they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kspec.errors import Place, Problem, SpecError

__all__ = ["ByLayer", "ByName", "ByPath", "Held", "Stored", "broken"]


@dataclass(frozen=True)
class Stored:
    """One array: what the file calls it, its shape, and a way to read it, as it is in the file."""

    name: str
    shape: tuple[int, ...]
    read: Callable[[], np.ndarray[Any, Any]]


@dataclass(frozen=True)
class ByPath:
    """Keras 3, and tf.keras in the same form: arrays by paths such as "layers/dense/vars/0"."""

    arrays: Mapping[str, Stored]


@dataclass(frozen=True)
class ByLayer:
    """Keras 1 and 2: for each layer, by name and in the order of the file, its arrays in order.

    `version` is that of the Keras that wrote it and `backend` what it ran on, where the file says.
    `is_numbered` says that it is of before Keras 1, and knows layers by number alone.
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
    """The error of a weights file that is not what it must be."""
    return SpecError([Problem(Place(file), message, "broken-weights")])
