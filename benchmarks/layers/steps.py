"""A training step of a model, as each backend computes it in a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["Step", "step_of"]

BATCH = 64
Step = Callable[[], None]


def step_of(model: Any, backend: str) -> Step:
    """The output of `model`, and the gradients of its inputs and weights, for one batch."""
    import keras
    import numpy as np

    random = np.random.default_rng(0)
    xs = [random.normal(size=(BATCH, *each.shape[1:])).astype("float32") for each in model.inputs]
    towards = random.normal(size=(BATCH, *model.output_shape[1:])).astype("float32")
    inputs = [keras.ops.convert_to_tensor(x) for x in xs]
    making = {"jax": _of_jax, "tensorflow": _of_tensorflow, "torch": _of_torch}[backend]
    step = making(model, inputs, keras.ops.convert_to_tensor(towards))
    step()
    return step


def _of_torch(model: Any, inputs: list[Any], towards: Any) -> Step:
    import torch

    leaves = [each.requires_grad_() for each in inputs]
    values = [*leaves, *(each.value for each in model.trainable_variables)]

    def step() -> None:
        torch.autograd.grad(model(leaves, training=True), values, towards)

    return step


def _of_jax(model: Any, inputs: list[Any], towards: Any) -> Step:
    import jax

    fixed = [each.value for each in model.non_trainable_variables]

    def output(values: Any, xs: Any) -> Any:
        return model.stateless_call(values, fixed, xs, training=True)

    @jax.jit
    def both(values: Any, xs: Any, towards: Any) -> Any:
        y, back, state = jax.vjp(output, values, xs, has_aux=True)
        return y, back(towards), state

    values = [each.value for each in model.trainable_variables]

    def step() -> None:
        jax.block_until_ready(both(values, inputs, towards))

    return step


def _of_tensorflow(model: Any, inputs: list[Any], towards: Any) -> Step:
    import tensorflow as tf

    @tf.function
    def both(xs: Any, towards: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(xs)
            y = model(xs, training=True)
        values = [each.value for each in model.trainable_variables]
        return y, tape.gradient(y, [*xs, *values], towards)

    def step() -> None:
        both(inputs, towards)

    return step
