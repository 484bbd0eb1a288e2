"""The model of an imported spec with its weights, and the file that they are written to."""

from __future__ import annotations

from pathlib import Path

import keras

from kspec.errors import Problem
from kspec.model.carry.carry import carry_weights
from kspec.model.connect import connect
from kspec.model.initial_weights import assign_seed_generators, recorded_initializers
from kspec.model.memory import weights_within_memory
from kspec.runs.atomic import replacing
from kspec.spec.imported import Imported

__all__ = ["carried_model", "write_weights"]

_SUFFIX = ".weights.h5"


def carried_model(
    imported: Imported, path: Path, *, theano: bool = False
) -> tuple[keras.Model, list[Problem]]:
    """The model of `imported.spec` with the weights in the file at `path`, and what the user should
    know. Arguments and errors are those of `carry_weights`; BuildError if Keras cannot build it."""
    # Until they are loaded, weights are NaN: drawing them would take longer.
    with weights_within_memory(), recorded_initializers():
        model = connect(imported.spec)
    notes = carry_weights(imported, model, path, theano=theano)
    assign_seed_generators(model, imported.spec.seed)
    return model, notes


def write_weights(model: keras.Model, path: Path) -> None:
    """Write the weights of `model` with Keras, completely or not at all; `path` must end in
    ".weights.h5", as Keras requires. Raises RunError if the file cannot be written."""
    with replacing(path) as part:
        own = part.with_name(part.name.removesuffix(part.suffix) + _SUFFIX)
        try:
            model.save_weights(own)
            own.replace(part)
        finally:
            own.unlink(missing_ok=True)
