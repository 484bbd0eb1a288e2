"""Weights whose initial values come from the data (`kspec.initializers.PatchWhitening`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import keras
import numpy as np

from kspec.errors import Place
from kspec.initializers import PatchWhitening
from kspec.model.connect import place_of
from kspec.model.initial_weights.paths import walk
from kspec.model.objects import build_error
from kspec.spec.automatic_names import layer_names
from kspec.spec.models import Spec

__all__ = ["Looker", "find_lookers", "look"]


@dataclass(frozen=True)
class Looker:
    """A layer whose kernel is initialized from the data of the network's input `input`."""

    layer: keras.layers.Conv2D
    initializer: PatchWhitening
    input: str
    place: Place | None


def find_lookers(model: keras.Model, spec: Spec) -> tuple[Looker, ...]:
    """The layers of `model` whose kernels are to be initialized from the data.

    Raises BuildError for a layer that cannot be.
    """
    places = {
        name: place_of(spec, "layers", index) for index, name in enumerate(layer_names(spec.layers))
    }
    inputs = {id(tensor): name for tensor, name in zip(model.inputs, spec.entering, strict=True)}
    found = []
    for path, layer in walk(model):
        for attribute, initializer in vars(layer).items():
            if not isinstance(initializer, PatchWhitening):
                continue
            place = places.get(path.partition("/")[0])
            fault = _fault(layer, attribute, inputs)
            if fault is not None:
                message = f"{path} {type(layer).__name__}: PatchWhitening {fault}"
                raise build_error(place, spec.name, message, "build")
            found.append(Looker(layer, initializer, inputs[id(_taken(layer))], place))
    return tuple(found)


def _fault(layer: keras.Layer, attribute: str, inputs: Mapping[int, str]) -> str | None:
    """Why `layer` cannot be initialized from the data; the text follows the initializer's name."""
    plain = type(layer) is keras.layers.Conv2D and attribute == "kernel_initializer"
    if not plain or layer.groups != 1 or tuple(layer.dilation_rate) != (1, 1):
        return "is for the kernel of a Conv2D without groups or dilation"
    if id(_taken(layer)) not in inputs:
        return (
            "looks at the pictures, so its layer must take them as they enter the network, but it "
            "takes the output of another layer"
        )
    if layer.data_format != "channels_last":
        return 'is for a Conv2D with "data_format": "channels_last"'
    height, width = layer.kernel_size
    channels = _taken(layer).shape[-1]
    most = 2 * height * width * channels
    if layer.filters > most:
        return (
            f"gives at most {most} filters for patches of {height} x {width} x {channels}, but the "
            f"layer has {layer.filters}"
        )
    return None


def _taken(layer: keras.Layer) -> keras.KerasTensor:
    taken: keras.KerasTensor = layer._inbound_nodes[0].input_tensors[0]
    return taken


def look(
    lookers: Iterable[Looker],
    pictures: Callable[[str, int], Iterable[np.ndarray]],
    *,
    name: str,
) -> None:
    """Give the kernels of `lookers`, in the spec called `name`, their values from the data.

    `pictures` returns, for the name of an input and a number, that many scaled training pictures,
    in parts. Raises BuildError if there is nothing to whiten.
    """
    for each in lookers:
        shape = tuple(each.layer.kernel.shape)
        try:
            value = each.initializer.from_patches(
                shape, pictures(each.input, each.initializer.samples)
            )
        except ValueError as error:
            message = f"{each.layer.name}: PatchWhitening: {error}"
            raise build_error(each.place, name, message, "build") from error
        each.layer.kernel.assign(value.astype("float32"))
