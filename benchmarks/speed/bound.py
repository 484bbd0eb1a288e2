"""How much of a step of kspec the backend spends on convolutions and matrix products.

These are left to the backend, so the rest is all that is still to be saved.

    python benchmarks/speed/bound.py specs/arch3.json --backend torch --batch 128 --repeats 5
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

import kspec
from kspec import backends


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("spec")
    parser.add_argument("--backend", required=True, choices=KERNELS)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--steps", type=int, default=8, help="steps per turn")
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    backends.activate(backends.choose(given.backend))

    from kspec.model.compile import compile_model
    from kspec.model.lower import overwriting

    spec = kspec.load(given.spec, ("augmentation=[]", f"training.batch_size={given.batch}"))
    rng = np.random.default_rng(0)
    (entering,) = spec.entering.values()
    x = rng.normal(size=(given.batch * given.steps, *entering.shape)).astype("float32")
    y = rng.integers(0, 10, len(x)).astype("int32")
    model = kspec.build(spec)
    compile_model(model, spec, one_hot=False, samples=len(x))
    kernels = [
        KERNELS[given.backend](layer, given.batch, first=number == 0)
        for number, layer in enumerate(each for each in model.layers if hasattr(each, "kernel"))
    ]

    def fit() -> None:
        with overwriting(model):
            model.fit(x, y, batch_size=given.batch, verbose=0)

    def products() -> None:
        for _ in range(given.steps):
            for each in kernels:
                each()

    shares = []
    for _ in range(given.repeats + 1):
        whole, part = seconds(fit), seconds(products)
        shares.append(part / whole)
    low, middle, high = statistics.quantiles(shares[1:], n=4)
    print(
        f"{spec.name}, {given.backend}, batch {given.batch}: convolutions and products are "
        f"{middle:.2f} of a step ({low:.2f} to {high:.2f})"
    )


def seconds(do: Callable[[], None]) -> float:
    """CPU seconds."""
    began = time.process_time()
    do()
    return time.process_time() - began


# What a layer computes with its kernel in a step: the output, and the gradients of the kernel and,
# but for the first one, of the input.


def of_torch(layer, batch: int, *, first: bool) -> Callable[[], object]:
    import torch

    weight = torch.tensor(layer.kernel.numpy())
    x = torch.randn((batch, *layer.input.shape[1:]))
    gradient = torch.randn((batch, *layer.output.shape[1:]))
    if weight.ndim == 2:
        return lambda: (x @ weight, x.T @ gradient, () if first else gradient @ weight.T)
    x, gradient = x.movedim(-1, 1), gradient.movedim(-1, 1)
    weight = weight.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
    # "same", for windows of odd sizes; with strides it is a pixel aside, for the same work.
    around = [size // 2 if layer.padding == "same" else 0 for size in layer.kernel_size]
    how = [list(layer.strides), around, [1, 1]]
    wanted = [not first, True, False]
    return lambda: (
        torch.conv2d(x, weight, None, *how),
        torch.ops.aten.convolution_backward(
            gradient, x, weight, None, *how, False, [0, 0], 1, wanted
        ),
    )


def of_tensorflow(layer, batch: int, *, first: bool) -> Callable[[], object]:
    import tensorflow as tf

    weight = tf.constant(layer.kernel.numpy())
    x = tf.random.normal((batch, *layer.input.shape[1:]))
    gradient = tf.random.normal((batch, *layer.output.shape[1:]))
    if len(weight.shape) == 2:
        return tf.function(
            lambda: (
                x @ weight,
                tf.matmul(x, gradient, transpose_a=True),
                () if first else tf.matmul(gradient, weight, transpose_b=True),
            )
        )
    how = {"strides": [1, *layer.strides, 1], "padding": layer.padding.upper()}
    return tf.function(
        lambda: (
            tf.nn.conv2d(x, weight, **how),
            tf.raw_ops.Conv2DBackpropFilter(
                input=x, filter_sizes=weight.shape, out_backprop=gradient, **how
            ),
            ()
            if first
            else tf.raw_ops.Conv2DBackpropInput(
                input_sizes=x.shape, filter=weight, out_backprop=gradient, **how
            ),
        )
    )


def of_jax(layer, batch: int, *, first: bool) -> Callable[[], object]:
    import jax

    weight = np.asarray(layer.kernel)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(batch, *layer.input.shape[1:])).astype("float32")
    gradient = rng.normal(size=(batch, *layer.output.shape[1:])).astype("float32")

    def product(weight, x):
        if weight.ndim == 2:
            return x @ weight
        return jax.lax.conv_general_dilated(
            x,
            weight,
            layer.strides,
            layer.padding.upper(),
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
        )

    @jax.jit
    def step(weight, x, gradient):
        given = (weight,) if first else (weight, x)
        y, back = jax.vjp(lambda weight, x=x: product(weight, x), *given)
        return y, back(gradient)

    placed = jax.device_put((weight, x, gradient))
    return lambda: jax.block_until_ready(step(*placed))


KERNELS = {"torch": of_torch, "jax": of_jax, "tensorflow": of_tensorflow}


if __name__ == "__main__":
    main()
