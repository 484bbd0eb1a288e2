"""Training perturbed by a few roundings: the effect of another backend, simulated on this one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from kspec.parity.difference import largest
from kspec.parity.replay import array_of

__all__ = ["SHAKE", "shaken"]

# More than the differences that the layers of a network pass on (some 1e-6), so that the effect
# is larger as well.
SHAKE = 3e-6
SHARE = 1e-3


@contextmanager
def shaken(model: keras.Model, draw: np.random.Generator) -> Iterator[None]:
    """Perturb the weights once, in proportion, and within the context the gradients of each step.

    Training is chaotic, and where Adam divides a gradient that is rounding noise by its own size,
    two runs diverge within a few steps. How far they do depends on the network and its data, and
    this is how to measure it.

    A gradient is perturbed in proportion to the largest of its variable, or to a thousandth of the
    largest of all: a sum whose terms cancel is zero on one backend, and rounding noise on another.
    """
    for weight in model.trainable_weights:
        noise = 1 + _noise(draw, weight.shape)
        weight.assign((array_of(weight) * noise).astype(np.float32))
    optimizer = model.optimizer
    original = optimizer.apply

    def apply(grads: Sequence[Any], trainable_variables: Sequence[Any] | None = None) -> Any:
        return original(_off(list(grads), draw), trainable_variables)

    optimizer.apply = apply
    try:
        yield
    finally:
        optimizer.apply = original


def _off(gradients: list[Any], draw: np.random.Generator) -> list[Any]:
    arrays = [None if gradient is None else array_of(gradient) for gradient in gradients]
    sizes = [0.0 if array is None else largest(array) for array in arrays]
    least = SHARE * max(sizes, default=0.0)
    return [
        None
        if array is None
        else keras.ops.convert_to_tensor(
            array + (max(size, least) * _noise(draw, array.shape)).astype(array.dtype)
        )
        for array, size in zip(arrays, sizes, strict=True)
    ]


def _noise(draw: np.random.Generator, shape: Any) -> Any:
    unit = draw.random(tuple(shape), dtype=np.float32)
    return np.float32(SHAKE) * (2 * unit - 1)
