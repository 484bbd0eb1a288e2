"""Which initializer each variable of a model was made with, and the weights drawn from that."""

from __future__ import annotations

import inspect
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from kspec.model.initial_weights.drawing import draw, has_formula
from kspec.model.initial_weights.paths import counted, walk
from kspec.seeds import generator

__all__ = ["Record", "assign_initial_weights", "recorded_initializers"]


@dataclass(frozen=True)
class Weight:
    """A variable that `layer` added, its initializer, and a checksum of what Keras put in it.

    The checksum is None where Keras has put nothing in it yet: in a StatelessScope.
    """

    layer: keras.Layer
    variable: keras.Variable
    initializer: Any
    checksum: int | None


Record = list[Weight]


@contextmanager
def recorded_initializers() -> Iterator[Record]:
    """Remember the initializer of every weight that a layer adds in this context.

    Keras drops it once the variable has its value. Layers keep their own initializers, and so do
    their configurations: what is saved is plain Keras.
    """
    record: Record = []
    original = keras.Layer.add_weight

    def add_weight(self: keras.Layer, *args: Any, **kwargs: Any) -> keras.Variable:
        # As positions they are shape, initializer, dtype.
        initializer = args[1] if len(args) > 1 else kwargs.get("initializer")
        variable = original(self, *args, **kwargs)
        if initializer is None:
            initializer = "glorot_uniform" if "float" in variable.dtype else "zeros"
        initializer = keras.initializers.get(initializer)
        if has_formula(initializer) or is_made_by_a_layer(initializer):
            record.append(Weight(self, variable, initializer, checksum(variable)))
        return variable

    keras.Layer.add_weight = add_weight
    try:
        yield record
    finally:
        keras.Layer.add_weight = original


def assign_initial_weights(model: keras.Layer, record: Record, seed: int) -> None:
    """Give `model` the weights that `seed` stands for: the same on every backend.

    Every variable with a random initializer of Keras's own gets the value drawn from (seed, path),
    so that no weight depends on the layers around it. Left alone are initializers that do not draw
    (their value is the same everywhere), those that are not Keras's, and variables that were given
    another value since they were made: pretrained weights.
    """
    for path, weight in weights_of(model, record):
        if weight.checksum is not None and checksum(weight.variable) != weight.checksum:
            continue
        if has_formula(weight.initializer):
            rng = generator_for(weight.initializer, weight.layer, seed, path)
            value = draw(weight.initializer, tuple(weight.variable.shape), rng)
        else:
            value = draw_by_function(weight, seed, path)
        # By way of float32, so that all backends round to a shorter type from the same number.
        dtype = "float64" if weight.variable.dtype == "float64" else "float32"
        weight.variable.assign(value.astype(dtype))


def weights_of(model: keras.Layer, record: Record) -> Iterator[tuple[str, Weight]]:
    """The recorded weights that are in `model`, each with its path: "conv/kernel"."""
    by_layer = defaultdict(list)
    for weight in record:
        by_layer[id(weight.layer)].append(weight)
    for path, layer in walk(model):
        weights = by_layer[id(layer)]
        names = counted(weight.variable.name for weight in weights)
        for name, weight in zip(names, weights, strict=True):
            yield (f"{path}/{name}" if path else name), weight


def is_made_by_a_layer(initializer: Any) -> bool:
    """Whether a layer of Keras made this function from initializers of its own.

    LSTM does for its bias: what `bias_initializer` gives, but ones for the forget gate.
    """
    return inspect.isfunction(initializer) and initializer.__module__.startswith("keras.")


def draw_by_function(weight: Weight, seed: int, path: str) -> np.ndarray:
    """What the function gives when the layer's random initializers draw from (seed, path)."""
    attributes = vars(weight.layer)
    originals = {name: value for name, value in attributes.items() if has_formula(value)}
    calls = 0

    def drawing(initializer: Any) -> Any:
        def initialize(shape: tuple[int, ...], dtype: str | None = None) -> Any:
            nonlocal calls
            calls += 1
            rng = generator_for(initializer, weight.layer, seed, f"{path}/part_{calls}")
            return keras.ops.convert_to_tensor(draw(initializer, tuple(shape), rng), dtype)

        return initialize

    # Past the layer's own __setattr__, which would take this for a change of the layer.
    attributes.update({name: drawing(value) for name, value in originals.items()})
    try:
        value = weight.initializer(weight.variable.shape, dtype=weight.variable.dtype)
    finally:
        attributes.update(originals)
    return np.asarray(keras.ops.convert_to_numpy(value))


def generator_for(
    initializer: Any, layer: keras.Layer, seed: int, path: str
) -> np.random.Generator:
    """The generator for one value: a seed given to the initializer takes the place of `seed`."""
    drawn = getattr(initializer, "seed", None)
    for attribute in vars(layer).values():
        # EinsumDense makes its kernel with a copy, and gives that the seed which Keras drew for
        # the original: only the original tells whether the spec gave one.
        if has_formula(attribute) and getattr(attribute, "seed", None) == drawn:
            initializer = attribute
    given = initializer.get_config().get("seed")
    if isinstance(given, dict):  # A SeedGenerator, serialised.
        given = given["config"]["seed"]
    return generator(seed if given is None else given, "initial weights", path)


def checksum(variable: keras.Variable) -> int | None:
    """CRC-32 of the variable's bytes; None for one that has no value yet."""
    if variable._value is None:
        return None
    value = np.asarray(keras.ops.convert_to_numpy(variable))
    return zlib.crc32(np.ravel(value).view(np.uint8).data)
