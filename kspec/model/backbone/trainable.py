"""What stays frozen of a backbone, whichever part of it learns."""

from __future__ import annotations

import keras

from kspec.model.initial_weights.paths import walk

__all__ = ["freeze_normalization"]


def freeze_normalization(model: keras.Model) -> None:
    """Keep every BatchNormalization in `model` as it is: moving statistics, gamma and beta.

    A frozen one normalizes by its statistics in training, too. Calling the network with
    `training=False` would leave gamma and beta to learn, but Keras forgets that within `fit`: the
    argument of the outermost call takes its place. For `"update_statistics": false`; to be done
    again whenever another part of the backbone is chosen to learn.
    """
    for _, layer in walk(model):
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
