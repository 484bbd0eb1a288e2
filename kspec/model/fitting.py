"""Assigns arrays to the weights of one layer, if they fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

__all__ = ["MisfitError", "fill", "in_file_order", "misfit_of_shapes"]

Array = np.ndarray[Any, Any]


class MisfitError(Exception):
    """Weights that do not fit a layer; the message continues after the layer's name."""


def in_file_order(layer: keras.Layer) -> list[keras.Variable]:
    """The weights of a layer in the order in which Keras 1 and 2 saved them."""
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def misfit_of_shapes(variables: Sequence[keras.Variable], arrays: Sequence[Any]) -> str | None:
    """A message if arrays (anything with a shape) do not fit; None if they do."""
    if len(variables) != len(arrays):
        shapes = ", ".join(str(tuple(each.shape)) for each in arrays) or "none"
        wanted = ", ".join(f"{each.name} {tuple(each.shape)}" for each in variables) or "none"
        return f"has the weights {wanted}, but the file has {shapes}"
    for variable, array in zip(variables, arrays, strict=True):
        if tuple(variable.shape) != tuple(array.shape):
            return (
                f"has {variable.name} of shape {tuple(variable.shape)}, "
                f"but the file has {tuple(array.shape)}"
            )
    return None


def fill(variables: Sequence[keras.Variable], arrays: Sequence[Array]) -> None:
    """Give each variable its array. Raises MisfitError if they differ in number or shape, and
    for a non-numeric array."""
    misfit = misfit_of_shapes(variables, arrays)
    if misfit is not None:
        raise MisfitError(misfit)
    for variable, array in zip(variables, arrays, strict=True):
        if array.dtype.kind not in "fiubV":
            raise MisfitError(f"has {variable.name}, for which the file has no numbers")
        variable.assign(array)
