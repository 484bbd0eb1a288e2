"""Muon for convolutions, too."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import keras
from keras.src.api_export import REGISTERED_OBJS_TO_NAMES

__all__ = ["ConvMuon"]


# The names of kernels with a column for each filter …
_KERNELS = ("kernel", "pointwise_kernel", "recurrent_kernel")
# … but for those of an attention layer's inner layers, whose last axis is within a head.
_OF_ATTENTION = {"query", "key", "value", "attention_output"}


class ConvMuon(keras.optimizers.Muon):  # type: ignore[misc]
    """Keras's Muon, which also trains the kernels of convolutions.

    Keras leaves every weight that is not a matrix to AdamW. Here a kernel of more than two axes,
    (\\*spatial, channels, filters), is trained as the matrix (\\*spatial · channels, filters), as
    Keller Jordan does (https://kellerjordan.github.io/posts/muon, and airbench94_muon): its
    momentum is made nearly orthogonal by Newton-Schulz steps. All else is as in Keras: weights of
    one axis remain with AdamW, as do depthwise kernels of one filter for each channel, those of
    attention, weights of more than two axes that are no kernels, embeddings, and what
    `exclude_layers` names, regular expressions that are searched for in a variable's path.

    Arguments are those of `keras.optimizers.Muon`. With `rms_rate` None an update has a norm of
    nearly `learning_rate` for each filter, and in a matrix of fewer rows than filters of that times
    √(rows / filters). A model is saved with Keras's own Muon in its place.
    """

    def _should_use_adamw(self, variable: Any) -> bool:
        *layers, name = variable.path.split("/")
        kernel = name in _KERNELS and not {*layers[-1:]} & _OF_ATTENTION
        if kernel and len(variable.shape) > 2 and variable.shape[-1] > 1:
            # Keras decides as about a matrix of this name.
            variable = SimpleNamespace(shape=(1, 1), path=variable.path)
        return bool(super()._should_use_adamw(variable))

    def zeropower_via_newtonschulz5(self, x: Any, steps: int) -> Any:
        """`x`, of two axes or more, made orthogonal as a matrix; its shape remains."""
        return keras.ops.reshape(super().zeropower_via_newtonschulz5(_flat(x), steps), x.shape)

    def lr_adjust(self, x: Any) -> Any:
        """`x` times `rms_rate` and the root of the longer side of the matrix."""
        return keras.ops.reshape(super().lr_adjust(_flat(x)), x.shape)


# So that plain Keras opens a saved model. Its Muon keeps more for each weight, and Keras warns that
# it does not restore that.
REGISTERED_OBJS_TO_NAMES[ConvMuon] = REGISTERED_OBJS_TO_NAMES[keras.optimizers.Muon]


def _flat(kernel: Any) -> Any:
    return keras.ops.reshape(kernel, (-1, kernel.shape[-1]))
