"""A whole network: its weights by name, its loss, and the gradients of the loss."""

from __future__ import annotations

from typing import Any

import keras
from numpy.typing import NDArray

from kspec.model.initial_weights.paths import walk
from kspec.parity.gradients import gradients
from kspec.parity.put_back import put_back

__all__ = ["by_layer", "loss_gradients", "loss_of", "network_gradients"]

Array = NDArray[Any]


def by_layer(model: keras.Model) -> dict[str, Any]:
    """Every weight of `model` by its name, "conv2d/kernel": the path of the innermost layer."""
    owners: dict[int, tuple[str, Any]] = {}
    for path, layer in walk(model):
        for weight in layer.weights:
            owners[id(weight)] = path, weight
    named: dict[str, Any] = {}
    for path, weight in owners.values():
        name = f"{path}/{weight.name}" if path else str(weight.name)
        number = 1
        while name in named:  # The weights of a cell may all have the same name.
            name, number = f"{path}/{weight.name}_{number}", number + 1
        named[name] = weight
    return named


def network_gradients(model: keras.Model, x: Any, y: Any) -> dict[str, Array]:
    """The gradients of the loss by every trainable weight, in training mode, by name.

    The network's state is restored.
    """
    trainable = {id(weight) for weight in model.trainable_weights}
    named = {name: w for name, w in by_layer(model).items() if id(w) in trainable}

    def loss(_: list[Any]) -> Any:
        return loss_of(model, y, model(x, training=True))

    with put_back(model.non_trainable_variables):
        _, found = gradients(loss, [], list(named.values()))
    return dict(zip(named, found, strict=True))


def loss_gradients(model: keras.Model, y: Any, given: Array) -> Array:
    """The gradient of the loss by the network's output, `given`."""
    tensor = keras.ops.convert_to_tensor(given)
    # (Regularizers need the weights.)
    weights = model.trainable_weights
    (found,), _ = gradients(lambda tensors: loss_of(model, y, tensors[0]), [tensor], weights)
    return found


def loss_of(model: keras.Model, y: Any, given: Any) -> Any:
    """The loss as in Keras's training: regularizers included."""
    return model.compute_loss(y=keras.ops.convert_to_tensor(y), y_pred=given)
