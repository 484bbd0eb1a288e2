"""How much of a step of `fit` TensorFlow spends on convolutions and matrix products.

The rest is all that lowered layers can save there: for these they call the kernels timed here.

    python benchmarks/speed/bound.py specs/arch2.json --batch 128 --steps 8 --repeats 5
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

import kspec
from kspec import backends

backends.activate(replace(backends.choose("tensorflow"), lowering=False))

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

from kspec.model.compile import make_recipe  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("spec")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--steps", type=int, default=8, help="steps per turn")
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    spec = kspec.load(given.spec, ("augmentation=[]",))
    model = keras.Model.from_config(kspec.build(spec, lowering=False).get_config())
    optimizer, loss, metrics = make_recipe(spec)
    model.compile(optimizer=optimizer, loss=loss, metrics=metrics)
    rng = np.random.default_rng(0)
    (entering,) = spec.entering.values()
    x = rng.normal(size=(given.batch * given.steps, *entering.shape)).astype("float32")
    y = rng.integers(0, 10, len(x)).astype("int32")
    kernels = [
        kernel(layer, given.batch, first=number == 0)
        for number, layer in enumerate(each for each in model.layers if hasattr(each, "kernel"))
    ]

    def fit() -> None:
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
        f"{spec.name}, batch {given.batch}: convolutions and products are {middle:.2f} of a step "
        f"({low:.2f} to {high:.2f}); without all else fit would be {1 / middle:.2f} times as fast"
    )


def kernel(layer: keras.Layer, batch: int, *, first: bool) -> Callable[[], object]:
    """What a layer computes with its kernel in a step: the output, and both gradients."""
    weight = tf.constant(keras.ops.convert_to_numpy(layer.kernel))
    x = tf.random.normal((batch, *layer.input.shape[1:]))
    gradient = tf.random.normal((batch, *layer.output.shape[1:]))
    if isinstance(layer, keras.layers.Dense):
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


def seconds(do: Callable[[], None]) -> float:
    """CPU seconds."""
    began = time.process_time()
    do()
    return time.process_time() - began


if __name__ == "__main__":
    main()
