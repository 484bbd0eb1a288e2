"""What stays frozen in a backbone, whichever part of it is trained."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from kspec.model.initial_weights.paths import walk
from kspec.spec.automatic_names import layer_names
from kspec.spec.catalog.backbone import BACKBONE
from kspec.spec.models import Layer, NestedModel, Spec

__all__ = ["freeze_normalization", "keep_normalization"]


def keep_normalization(model: keras.Model, spec: Spec) -> None:
    """`freeze_normalization` in those backbones whose spec says `"update_statistics": false`.

    To be called whenever the trained layers of `model`, the network of `spec`, have been changed.
    """
    _keep(model, spec.layers)


def _keep(model: keras.Model, layers: Sequence[Layer]) -> None:
    for layer, name in zip(layers, layer_names(layers), strict=True):
        if isinstance(layer, NestedModel):
            _keep(model.get_layer(name), layer.layers)
        elif layer.type == BACKBONE and layer.arguments.get("update_statistics") is False:
            freeze_normalization(model.get_layer(name))


def freeze_normalization(model: keras.Model) -> None:
    """Keep every BatchNormalization in `model` as it is: moving statistics, gamma and beta.

    A frozen one normalizes by its moving statistics in training, too. Calling the network with
    `training=False` would let gamma and beta learn, but Keras ignores that within `fit`: the
    argument of the outermost call replaces it.
    """
    for _, layer in walk(model):
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
