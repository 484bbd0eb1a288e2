"""Gradients of any function of tensors, in the same way on every backend.

There is a module for each backend, with one function:

    gradients(function, tensors, variables) -> (of the tensors, of the variables)

`function` takes the tensors as one list, may use the variables, and returns a scalar tensor; it is
called once. The gradient by anything that it does not depend on is zero. On JAX, what it assigns to
variables is discarded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

__all__ = ["gradients"]


def gradients(
    function: Callable[[list[Any]], Any], tensors: Sequence[Any], variables: Sequence[Any]
) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
    """The gradients of `function` as arrays, on the active backend."""
    module = import_module(f"kspec.parity.gradients.{keras.backend.backend()}_")
    of_tensors, of_variables = module.gradients(function, list(tensors), list(variables))
    return [_array(each) for each in of_tensors], [_array(each) for each in of_variables]


def _array(tensor: Any) -> NDArray[Any]:
    return np.asarray(keras.ops.convert_to_numpy(tensor))
