"""Weights as written by Keras 1, Keras 2 and TensorFlow.js: a list of arrays for each layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import keras

from kspec.model.carry.groups import Sorted, sort_by_layer, sort_by_name
from kspec.model.carry.layouts import modern
from kspec.model.carry.places import Place
from kspec.model.carry.roles import contradicts
from kspec.model.carry.stored import ByLayer, ByName, Stored
from kspec.model.fitting import MisfitError, fill, in_file_order, misfit_of_shapes

__all__ = ["fill_by_layer", "is_turned"]

_CONVOLUTIONS = ("AtrousConv", "Conv", "Deconv", "DepthwiseConv", "SeparableConv")


def fill_by_layer(
    held: ByLayer | ByName, places: Sequence[Place], *, theano: bool
) -> Iterator[str]:
    """Give every layer its arrays; yields a sentence for each thing that does not fit.

    `theano` says that the network was trained on Theano.
    """
    sorted_ = _sorted(held, places)
    yield from sorted_.amiss
    for place, arrays in sorted_.of:
        try:
            _fill_one(place, arrays, held, theano)
        except MisfitError as misfit:
            yield f"{place.title} {misfit}"


def is_turned(place: Place) -> bool:
    """Whether a layer's weights would be different if they had been trained on Theano."""
    kernel = getattr(place.layer, "kernel_size", (1,))
    sizes = kernel if isinstance(kernel, tuple) else (kernel,)
    return place.source.class_name.startswith(_CONVOLUTIONS) and max(sizes) > 1


def _sorted(held: ByLayer | ByName, places: Sequence[Place]) -> Sorted:
    if isinstance(held, ByName):
        return sort_by_name(held, places)
    return sort_by_layer(held, places)


def _fill_one(place: Place, arrays: Sequence[Stored], held: ByLayer | ByName, theano: bool) -> None:
    layer, source = place.layer, place.source
    assert layer is not None
    is_numbered = isinstance(held, ByLayer) and held.is_numbered
    if is_numbered and isinstance(layer, keras.layers.BatchNormalization):
        raise MisfitError(
            "kept the standard deviation before Keras 1, which today's layer cannot use"
        )
    variables = in_file_order(layer)
    if len(variables) == len(arrays):
        for variable, stored in zip(variables, arrays, strict=True):
            if contradicts(stored.name, variable.name):
                raise MisfitError(f'has {variable.name} where the file has "{stored.name}"')
    is_keras_1 = _is_keras_1(held, source.dialect)
    # Sizes are checked before reading, as a file may claim any.
    if not is_keras_1 and not source.class_name.startswith("CuDNN") and not _holds_cudnn(source):
        misfit = misfit_of_shapes(variables, arrays)
        if misfit is not None:
            raise MisfitError(misfit)
    values = modern(
        layer,
        [stored.read() for stored in arrays],
        class_name=_class_within(source.class_name, source.config),
        is_keras_1=is_keras_1,
        turned=theano,
    )
    fill(variables, values)
    if isinstance(layer, keras.layers.Normalization):
        layer.finalize_state()


def _is_keras_1(held: ByLayer | ByName, dialect: str) -> bool:
    if isinstance(held, ByName):
        return False
    return held.version[:2] in ("0.", "1.") if held.version else dialect == "keras1"


def _class_within(class_name: str, config: Mapping[str, Any]) -> str:
    """The class of the layer in a wrapper, or else of the layer itself."""
    inner = config.get("layer")
    if isinstance(inner, Mapping) and isinstance(inner.get("class_name"), str):
        return str(inner["class_name"])
    return class_name


def _holds_cudnn(source: Any) -> bool:
    return _class_within(source.class_name, source.config).startswith("CuDNN")
