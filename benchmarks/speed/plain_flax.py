"""The network of a spec in Flax NNX, as an experienced user would write it."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import optax
from flax import nnx
from jax import numpy as jnp
from resnet_flax import ResNet18

from kspec.spec.models import Spec


def network(spec: Spec) -> nnx.Module:
    return ResNet18() if spec.name == "resnet18" else Network(spec)


def optimizer_of(spec: Spec) -> optax.GradientTransformation:
    """SGD for ResNet-18, at the initial rate of its schedule; Adam for the others."""
    if spec.name == "resnet18":
        decay = optax.add_decayed_weights(5e-4)
        return optax.chain(decay, optax.sgd(0.1, momentum=0.9, nesterov=True))
    return optax.adam(1e-3, eps=1e-7)


class Network(nnx.Module):
    """The layers of `spec` in sequence; the softmax is part of the loss."""

    def __init__(self, spec: Spec) -> None:
        rngs = nnx.Rngs(0)
        shape = spec.input.shape  # (height, width, channels) of the next layer's input.
        made: list[Callable] = []
        self.regularized: list[tuple[int, float]] = nnx.static([])
        for number, layer in enumerate(spec.layers):
            said = layer.arguments
            match layer.type:
                case "Conv2D":
                    made.append(
                        nnx.Conv(shape[-1], said["filters"], (said["kernel_size"],) * 2, rngs=rngs)
                    )
                    shape = (*shape[:2], said["filters"])
                case "BatchNormalization":
                    made.append(nnx.BatchNorm(shape[-1], momentum=0.99, epsilon=1e-3, rngs=rngs))
                case "ReLU":
                    made.append(nnx.relu)
                case "LeakyReLU":
                    slope = said.get("negative_slope", 0.3)
                    made.append(partial(nnx.leaky_relu, negative_slope=slope))
                case "MaxPooling2D":
                    made.append(partial(nnx.max_pool, window_shape=(2, 2), strides=(2, 2)))
                    shape = (shape[0] // 2, shape[1] // 2, shape[2])
                case "Dropout":
                    made.append(nnx.Dropout(said["rate"], rngs=rngs))
                case "Flatten":
                    made.append(lambda x: x.reshape(len(x), -1))
                    shape = (math.prod(shape),)
                case "Dense":
                    made.append(nnx.Linear(shape[0], said["units"], rngs=rngs))
                    shape = (said["units"],)
                case other:
                    raise SystemExit(f"plain_flax.py does not know {other}")
            if said.get("kernel_regularizer") is not None:
                regularizer = dict(said["kernel_regularizer"])
                self.regularized.append((len(made) - 1, regularizer["l2"]))
            if said.get("activation") == "relu" and number < len(spec.layers) - 1:
                made.append(nnx.relu)
        self.layers = nnx.List(made)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def penalty(self):
        """The L2 penalty that kernels add to the loss."""
        kernels = [(self.layers[place].kernel, factor) for place, factor in self.regularized]
        return sum((factor * jnp.sum(jnp.square(kernel[...])) for kernel, factor in kernels), 0.0)
