"""Which layers of a backbone learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

import keras

from kspec.model.backbone.made import BackboneError
from kspec.model.initial_weights.paths import walk
from kspec.spelling import nearest

__all__ = ["freeze", "freeze_normalization", "unknown_name"]


def freeze(model: keras.Model, trainable: bool | Mapping[str, Any]) -> None:
    """Let those layers of `model` learn that `trainable` chooses, and no others.

    It is true, false, `{"last": 30}`, `{"from": NAME}` or `{"matching": PATTERN}`. Counted are the
    layers of `model.layers`: its input layer, its preprocessing and the pooling at its end among
    them. The model itself stays trainable, or all in it would be frozen. Raises BackboneError for
    what chooses nothing.
    """
    if trainable is True:
        return
    layers = model.layers
    chosen = [] if trainable is False else _chosen(layers, trainable)
    if not chosen:
        model.trainable = False
        return
    for layer in layers:
        layer.trainable = layer in chosen


def freeze_normalization(model: keras.Model) -> None:
    """Keep every BatchNormalization in `model` as it is: moving statistics, gamma and beta.

    A frozen one normalizes by its statistics in training, too. Calling the network with
    `training=False` would leave gamma and beta to learn, but Keras forgets that within `fit`: the
    argument of the outermost call takes its place.
    """
    for _, layer in walk(model):
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False


def _chosen(layers: Sequence[keras.Layer], trainable: Mapping[str, Any]) -> list[keras.Layer]:
    ((key, value),) = trainable.items()
    names = [layer.name for layer in layers]
    if key == "last":
        if value > len(layers):
            message = f"the last {value} layers cannot learn: the backbone has {len(layers)}"
            raise BackboneError(message, "trainable")
        return list(layers[-value:])
    if key == "from":
        if value not in names:
            raise BackboneError(unknown_name(value, names), "trainable")
        return list(layers[names.index(value) :])
    chosen = [layer for layer in layers if fnmatchcase(layer.name, value)]
    if not chosen:
        message = f'no layer of the backbone has a name like "{value}"; its last are '
        raise BackboneError(message + _last(names), "trainable")
    return chosen


def unknown_name(name: str, names: Sequence[str]) -> str:
    """What to say of a name that no layer of the backbone has."""
    close = nearest(name, names)
    hint = f'did you mean "{close}"?' if close else f"its last are {_last(names)}"
    return f'the backbone has no layer "{name}"; {hint}'


def _last(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names[-5:])
