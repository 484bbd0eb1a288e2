"""A unique path for every variable of a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import keras

from kspec.model.initial_weights.paths import walk

__all__ = ["give_own_paths", "trained_variables"]


def trained_variables(model: keras.Model) -> Iterator[tuple[str, keras.Variable]]:
    """Each variable of `model` that is trained, with its path: "conv2d/kernel",
    "backbone/block5_conv1/kernel". (Two variables of one layer with the same name share a path.)
    """
    trained = {id(variable) for variable in model.trainable_variables}
    for path, layer in walk(model):
        for variable in layer._trainable_variables:
            if id(variable) in trained:
                yield f"{path}/{variable.name}" if path else variable.name, variable


def give_own_paths(model: keras.Model) -> None:
    """Give variables that share their path with others a unique one: "tower/dense/kernel".

    Keras's path leaves out the name of a nested network, so that a Dense in it and one beside it
    both have a "dense/kernel". On torch Keras keeps the variables of a model by their paths, and
    clears only the gradients of those that it keeps: of two with one path the other's gradient
    would accumulate over all steps.
    """
    counts = Counter(variable.path for variable in model.variables)
    if counts.total() == len(counts):
        return
    for path, layer in walk(model):
        for variable in [*layer._trainable_variables, *layer._non_trainable_variables]:
            if counts[variable.path] > 1 and path:
                variable._path = f"{path}/{variable.name}"
    if keras.backend.backend() == "torch":
        model._track_variables()
