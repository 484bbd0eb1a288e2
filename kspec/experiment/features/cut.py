"""A network cut in two: a part that runs once over the data, and a head that learns from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import keras

from kspec.errors import BuildError, keras_says
from kspec.model.connect import place_of
from kspec.model.objects import build_error
from kspec.model.precision import computing_in
from kspec.spec.lint.features import FIRST
from kspec.spec.models import Spec
from kspec.spelling import nearest

__all__ = ["Cut", "cut"]


@dataclass(frozen=True)
class Cut:
    """`head` takes the output of `extractor`; together they are the whole and share its weights."""

    extractor: keras.Model
    head: keras.Model


def cut(model: keras.Model, spec: Spec, until: str) -> Cut:
    """Cut `model`, the network of `spec`, after its layer `until`.

    Raises BuildError if there is no such layer, if the layers after it also use the output of an
    earlier one, and if the part that is to run once would not always give the same output because
    it is trained or draws random numbers.
    """
    # (`check` reports this for a file; a spec made in Python has not been checked.)
    if spec.augmentation:
        raise _error(spec, "they are computed once, so no picture would be augmented")
    if spec.training_path not in FIRST:
        raise _error(spec, "they belong to the first phase of a training")
    layer = _layer(model, spec, until)
    # (The `output` attribute of a nested network is the tensor inside it.)
    given = keras.Operation.output.fget(layer)
    if not isinstance(given, keras.KerasTensor):
        raise _error(spec, f'"{until}" gives several tensors, but features must be one')
    extractor = keras.Model(model.input, given, name="extractor")
    for each in extractor.layers:
        if any(_is_trained(inner) for inner in _within(each)):
            raise _error(
                spec,
                f'"{each.name}" comes before the features and would be trained, but they are '
                'computed only once; give it "trainable": false',
            )
        if any(isinstance(own, keras.random.SeedGenerator) for own in vars(each).values()):
            raise _error(
                spec,
                f'"{each.name}" comes before the features and changes them at random, but they are '
                "computed only once; put it after them",
            )
    try:
        # (The model's dtype policy decides whether the loss is scaled.)
        with computing_in(spec.training.precision):
            head = keras.Model(given, model.output, name="head")
    except Exception as error:
        message = f'the layers after "{until}" need more than its output: {keras_says(error)}'
        raise _error(spec, message) from error
    return Cut(extractor, head)


def _layer(model: keras.Model, spec: Spec, name: str) -> keras.Layer:
    names = [layer.name for layer in model.layers]
    if name not in names:
        close = nearest(name, names)
        meant = f'. Did you mean "{close}"?' if close else ""
        raise _error(spec, f'there is no layer "{name}"{meant}')
    return model.get_layer(name)


def _within(layer: keras.Layer) -> Iterator[keras.Layer]:
    """The layer itself, or the layers of a network."""
    if isinstance(layer, keras.Model):
        for each in layer.layers:
            yield from _within(each)
    else:
        yield layer


def _is_trained(layer: keras.Layer) -> bool:
    moves = isinstance(layer, keras.layers.BatchNormalization)  # Its statistics always do.
    return bool(layer.trainable_variables) or (moves and layer.trainable)


def _error(spec: Spec, message: str) -> BuildError:
    place = place_of(spec, *spec.training_path, "features", "until")
    return build_error(place, spec.name, f"features: {message}", "build")
