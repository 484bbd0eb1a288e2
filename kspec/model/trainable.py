"""Which layers of a network are trained."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import keras

from kspec.errors import Place
from kspec.model.objects import build_error
from kspec.spelling import nearest

__all__ = ["Trainable", "find_layer", "set_trainable"]

Trainable = bool | Mapping[str, Any]
"""True, False, or for a nested network `{"last": N}`, `{"from": LAYER}` or `{"matching": GLOB}`."""


def set_trainable(layer: keras.Layer, value: Trainable, *, place: Place | None = None) -> None:
    """Train `layer`, or the part of it that `value` names, and nothing else within it.

    In a nested network `{"last": 30}` is its last thirty layers, `{"from": "block5_conv1"}` that
    layer and all after it, `{"matching": "conv5_*"}` those whose names match (case-sensitive), in
    the order of its `layers`. Raises BuildError, at `place`, if it has no such layer.
    """
    if isinstance(value, bool):
        _set(layer, value)
        return
    chosen = _chosen(layer, value, place)
    _set(layer, True)  # (The outer first: it sets all within it.)
    for number, each in enumerate(_layers_of(layer)):
        _set(each, number in chosen)


def find_layer(model: keras.Model, path: str, *, place: Place | None = None) -> keras.Layer:
    """The layer at `path`; "backbone/block5_conv1" is one within the network "backbone".

    Raises BuildError, at `place`, if there is none.
    """
    found: keras.Layer = model
    rest = path
    while rest:
        # (Some names in Keras's applications contain slashes: the longest match counts.)
        inner = {each.name: each for each in _layers_of(found)}
        name = max(
            (each for each in inner if rest == each or rest.startswith(f"{each}/")),
            key=len,
            default=None,
        )
        if name is None:
            raise _no_layer(found, rest.partition("/")[0], inner, place)
        found, rest = inner[name], rest[len(name) + 1 :]
    return found


def _set(layer: keras.Layer, value: bool) -> None:
    """Set it for the layer and all within it, whose values may differ."""
    # TensorFlow skips the assignment of the value that an attribute already has.
    layer.trainable = not value
    layer.trainable = value


def _chosen(layer: keras.Layer, value: Mapping[str, Any], place: Place | None) -> range | set[int]:
    names = [each.name for each in _layers_of(layer)]
    ((key, wanted),) = value.items()
    if not names:
        message = f'{layer.name} is not a nested network, so its "trainable" is true or false'
        raise build_error(place, layer.name, message, "build")
    if key == "last":
        if wanted > len(names):
            message = f"{layer.name} has {len(names)} layers, so it has no last {wanted}"
            raise build_error(place, layer.name, message, "build")
        return range(len(names) - wanted, len(names))
    if key == "from":
        if wanted not in names:
            raise _no_layer(layer, wanted, names, place)
        return range(names.index(wanted), len(names))
    matching = {number for number, name in enumerate(names) if fnmatchcase(name, wanted)}
    if not matching:
        message = f'no layer of {layer.name} matches "{wanted}"{_meant(wanted, names)}'
        raise build_error(place, layer.name, message, "build")
    return matching


def _layers_of(layer: keras.Layer) -> list[keras.Layer]:
    return list(getattr(layer, "layers", ()))


def _no_layer(layer: keras.Layer, name: str, known: Any, place: Place | None) -> Exception:
    message = f'{layer.name} has no layer "{name}"{_meant(name, known)}'
    return build_error(place, layer.name, message, "build")


def _meant(name: str, known: Any) -> str:
    close = nearest(name, known)
    return f'. Did you mean "{close}"?' if close else ""
