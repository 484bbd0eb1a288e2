"""Which initializer each variable of a model was created with, and the weights drawn from it."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from kspec.initializers import Dirac, PatchWhitening
from kspec.initializers.dirac import with_identity
from kspec.model.initial_weights.brought import draw_brought, draws
from kspec.model.initial_weights.drawing import draw, has_formula
from kspec.model.initial_weights.paths import counted, walk
from kspec.seeds import generator

__all__ = ["Record", "assign_initial_weights", "recorded_initializers"]


@dataclass(frozen=True)
class Weight:
    """A variable that `layer` added, and the initializer that Keras would have used for it."""

    layer: keras.Layer
    variable: keras.Variable
    initializer: Any


Record = list[Weight]

OWN = (Dirac, PatchWhitening)

_OF_MATRICES = (Dirac, keras.initializers.Orthogonal)


@contextmanager
def recorded_initializers() -> Iterator[Record]:
    """Remember the initializer of every weight that a layer adds in this context.

    The weights hold NaN until `assign_initial_weights`: values drawn by Keras would be discarded,
    and on JAX drawing takes longer than everything else (ResNet50: 13 s of 15). Layers keep their
    initializers, and so do their configurations: what is saved is plain Keras. Not thread-safe.
    """
    record: Record = []
    original = keras.Layer.add_weight

    def add_weight(self: keras.Layer, *args: Any, **kwargs: Any) -> keras.Variable:
        kwargs.update(zip(("shape", "initializer", "dtype")[: len(args)], args, strict=True))
        dtype = keras.backend.standardize_dtype(kwargs.get("dtype") or self.variable_dtype)
        initializer = kwargs.get("initializer")
        if initializer is None:
            initializer = "glorot_uniform" if "float" in dtype else "zeros"
        initializer = keras.initializers.get(initializer)
        if "float" not in dtype or not (is_drawn(initializer) or made_by_a_layer(initializer)):
            return original(self, **kwargs)
        if isinstance(initializer, _OF_MATRICES) and len(kwargs.get("shape") or ()) < 2:
            return original(self, **kwargs)  # Keras refuses it here, where the layer is known.
        variable = original(self, **{**kwargs, "initializer": not_yet})
        record.append(Weight(self, variable, initializer))
        return variable

    keras.Layer.add_weight = add_weight
    try:
        yield record
    finally:
        keras.Layer.add_weight = original


def assign_initial_weights(model: keras.Layer, record: Record, seed: int) -> None:
    """Give `model` the weights determined by `seed`: the same on every backend.

    Every variable whose initializer is a random one of Keras's own, or of a plugin that has `draw`,
    gets the value drawn from (seed, path), so that no weight depends on the layers around it. Left
    alone are initializers that do not draw (their value is the same everywhere), other initializers
    that are not Keras's, and weights that already have a value: a backbone's, loaded, or from an
    earlier call.
    """
    for path, weight in weights_of(model, record):
        if isinstance(weight.initializer, OWN):
            forget(weight)
        if not np.isnan(numpy(weight.variable)).all():
            continue
        if is_drawn(weight.initializer):
            rng = generator_for(weight.initializer, weight.layer, seed, path)
            value = drawn(weight.initializer, tuple(weight.variable.shape), rng)
        else:
            value = draw_by_function(weight, seed, path)
        # Through float32, so that all backends round to a shorter type from the same number.
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


def is_drawn(initializer: Any) -> bool:
    """Whether its values are drawn here: a random initializer of Keras's, one of kspec's, or one of
    a plugin that draws."""
    return has_formula(initializer) or isinstance(initializer, OWN) or draws(initializer)


def drawn(initializer: Any, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """The value of a weight of that shape, for an initializer that `is_drawn`."""
    if isinstance(initializer, Dirac):
        rest = initializer.rest_initializer
        kernel = drawn(rest, shape, rng) if is_drawn(rest) else numpy(rest(shape, dtype="float32"))
        return with_identity(kernel)
    if isinstance(initializer, PatchWhitening):  # Until it has seen the data.
        return draw(keras.initializers.GlorotUniform(), shape, rng)
    return (draw if has_formula(initializer) else draw_brought)(initializer, shape, rng)


def made_by_a_layer(initializer: Any) -> bool:
    """Whether a layer of Keras made this function from its own initializers.

    LSTM does so for its bias: the result of `bias_initializer`, but ones for the forget gate.
    """
    return inspect.isfunction(initializer) and initializer.__module__.startswith("keras.")


def draw_by_function(weight: Weight, seed: int, path: str) -> np.ndarray:
    """The function's result when the layer's random initializers draw from (seed, path)."""
    attributes = vars(weight.layer)
    originals = {name: value for name, value in attributes.items() if is_drawn(value)}
    calls = 0

    def drawing(initializer: Any) -> Any:
        def initialize(shape: tuple[int, ...], dtype: str | None = None) -> Any:
            nonlocal calls
            calls += 1
            rng = generator_for(initializer, weight.layer, seed, f"{path}/part_{calls}")
            return keras.ops.convert_to_tensor(drawn(initializer, tuple(shape), rng), dtype)

        return initialize

    # Bypasses the layer's own __setattr__, which would treat this as a change of the layer.
    attributes.update({name: drawing(value) for name, value in originals.items()})
    try:
        value = weight.initializer(weight.variable.shape, dtype=weight.variable.dtype)
    finally:
        attributes.update(originals)
    return numpy(value)


def generator_for(
    initializer: Any, layer: keras.Layer, seed: int, path: str
) -> np.random.Generator:
    """The generator for one value: a seed given to the initializer replaces `seed`."""
    drawn = getattr(initializer, "seed", None)
    for attribute in vars(layer).values():
        # EinsumDense creates its kernel with a copy, which it gives the seed that Keras drew for
        # the original: only the original tells whether the spec gave a seed.
        if has_formula(attribute) and getattr(attribute, "seed", None) == drawn:
            initializer = attribute
    initializer = getattr(initializer, "rest_initializer", initializer)
    given = initializer.get_config().get("seed")
    if isinstance(given, dict):  # A serialized SeedGenerator.
        given = given["config"]["seed"]
    return generator(seed if given is None else given, "initial weights", path)


def forget(weight: Weight) -> None:
    """Give the layer an initializer of Keras's own, so that a saved model does not need kspec."""
    plain = getattr(weight.initializer, "rest_initializer", keras.initializers.GlorotUniform())
    attributes = vars(weight.layer)
    own = [name for name, value in attributes.items() if isinstance(value, OWN)]
    # Bypasses the layer's own __setattr__, which would treat this as a change of the layer.
    attributes.update(dict.fromkeys(own, plain))


def not_yet(shape: tuple[int, ...], dtype: str | None = None) -> Any:
    """An initializer for weights that get their value later."""
    return keras.ops.full(shape, float("nan"), dtype=dtype)


def numpy(tensor: Any) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(tensor))
