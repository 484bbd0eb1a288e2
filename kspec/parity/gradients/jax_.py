"""Gradients on JAX, computed as in Keras's own trainer, but not compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import keras

__all__ = ["gradients"]


def gradients(
    function: Callable[[list[Any]], Any], tensors: list[Any], variables: list[Any]
) -> tuple[list[Any], list[Any]]:
    """See `kspec.parity.gradients`."""

    def pure(given: list[Any], values: list[Any]) -> Any:
        mapping = list(zip(variables, values, strict=True))
        with keras.StatelessScope(state_mapping=mapping, collect_losses=True):
            return function(given)

    of_both: tuple[list[Any], list[Any]] = jax.grad(pure, argnums=(0, 1))(
        tensors, [variable.value for variable in variables]
    )
    return of_both
