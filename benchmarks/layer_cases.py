"""What a training step of each layer takes as Keras has it, and lowered.

A step is the output and the gradients to the input and to the weights, of a batch of feature maps
as a convolutional network has them. Both take turns in one process; processor time on one thread,
median of the repeats, and the ratio of turns that follow each other. What no class claims is
measured only with `--all`, then it is Keras's in both columns.

    python benchmarks/layer_cases.py torch
    python benchmarks/layer_cases.py jax --only Depthwise --repeats 9
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

BATCH = 64
MAP, LINE, CUBE = (32, 32, 64), (256, 64), (8, 16, 16, 32)
Step = Callable[[], None]

CASES: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
    ("Conv2D", {"filters": 64, "kernel_size": 3, "padding": "same"}, MAP),
    ("DepthwiseConv2D", {"kernel_size": 3, "padding": "same"}, MAP),
    ("DepthwiseConv2D", {"kernel_size": 3, "padding": "same", "strides": 2}, MAP),
    ("DepthwiseConv2D", {"kernel_size": 5, "padding": "same", "use_bias": False}, (16, 16, 128)),
    ("SeparableConv2D", {"filters": 64, "kernel_size": 3, "padding": "same"}, MAP),
    ("Conv2DTranspose", {"filters": 32, "kernel_size": 2, "strides": 2}, (16, 16, 64)),
    (
        "Conv2DTranspose",
        {"filters": 32, "kernel_size": 3, "strides": 2, "padding": "same"},
        (16, 16, 64),
    ),
    ("Conv1D", {"filters": 64, "kernel_size": 3, "padding": "same"}, LINE),
    ("Conv1D", {"filters": 64, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}, LINE),
    ("DepthwiseConv1D", {"kernel_size": 3, "padding": "same"}, LINE),
    ("Conv3D", {"filters": 32, "kernel_size": 3, "padding": "same"}, CUBE),
    ("Dense", {"units": 256, "activation": "relu"}, (1024,)),
    ("Dense", {"units": 256, "use_bias": False}, (1024,)),
    ("Dense", {"units": 10, "activation": "softmax"}, (512,)),
    ("Dense", {"units": 64}, LINE),
    ("BatchNormalization", {}, MAP),
    ("LayerNormalization", {}, MAP),
    ("LayerNormalization", {"axis": [1, 2, 3]}, MAP),
    ("LayerNormalization", {}, LINE),
    ("GroupNormalization", {"groups": 8}, MAP),
    ("GroupNormalization", {"groups": -1}, MAP),
    ("RMSNormalization", {}, LINE),
    ("UnitNormalization", {}, LINE),
    ("ReLU", {}, MAP),
    ("ReLU", {"max_value": 6}, MAP),
    ("LeakyReLU", {}, MAP),
    ("PReLU", {"shared_axes": [1, 2]}, MAP),
    ("ELU", {}, MAP),
    ("Softmax", {}, MAP),
    ("Activation", {"activation": "relu"}, MAP),
    ("Activation", {"activation": "gelu"}, MAP),
    ("Activation", {"activation": "silu"}, MAP),
    ("MaxPooling1D", {}, LINE),
    ("AveragePooling1D", {"pool_size": 2}, LINE),
    ("MaxPooling2D", {}, MAP),
    ("MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, MAP),
    ("AveragePooling2D", {"pool_size": 2}, MAP),
    ("AveragePooling2D", {"pool_size": 3, "strides": 1, "padding": "same"}, MAP),
    ("MaxPooling2D", {"pool_size": 3, "strides": 1, "padding": "same"}, MAP),
    ("MaxPooling3D", {}, CUBE),
    ("AveragePooling3D", {"pool_size": 2}, CUBE),
    ("GlobalAveragePooling2D", {}, MAP),
    ("GlobalMaxPooling2D", {}, MAP),
    ("GlobalMaxPooling1D", {}, LINE),
    ("UpSampling2D", {}, (16, 16, 64)),
    ("UpSampling2D", {"interpolation": "bilinear"}, (16, 16, 64)),
    ("Resizing", {"height": 48, "width": 48}, (32, 32, 16)),
    ("ZeroPadding2D", {}, MAP),
    ("Cropping2D", {}, MAP),
    ("Rescaling", {"scale": 0.5}, MAP),
    ("Add", {}, MAP),
    ("Multiply", {}, MAP),
    ("Concatenate", {}, (32, 32, 32)),
    ("Flatten", {}, MAP),
    ("Dropout", {"rate": 0.3}, MAP),
    ("SpatialDropout2D", {"rate": 0.3}, MAP),
    ("GaussianNoise", {"stddev": 0.1}, MAP),
    ("GaussianDropout", {"rate": 0.3}, MAP),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("backend", choices=["jax", "tensorflow", "torch"])
    parser.add_argument("--only", default="", help="layers whose names have this")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    warnings.filterwarnings("ignore", message="The structure of `inputs`")
    from kspec import backends

    backends.activate(backends.choose(given.backend))
    print("| layer | Keras's, ms | lowered, ms | ratio (quartiles) |")
    print("| --- | ---: | ---: | --- |", flush=True)
    for kind, said, shape in CASES:
        if given.only in kind:
            measure(kind, said, shape, given)


def measure(kind: str, said: dict[str, Any], shape: tuple[int, ...], given: Any) -> None:
    """Print the row of one layer."""
    from kspec.model.lower import lower
    from kspec.model.lower.stand_in import StandIn

    plain, lowered = (model_of(kind, said, shape) for _ in range(2))
    lower(lowered)
    claimed = isinstance(lowered.layers[-1], StandIn)
    if not claimed and not given.all:
        return
    steps = [step_of(each, given.backend) for each in (plain, lowered)]
    counts = [at_least(step) for step in steps]
    taken: list[list[float]] = [[], []]
    for _ in range(given.repeats):
        for step, times, count in zip(steps, taken, counts, strict=True):
            times.append(timed(step, count))
    ratios = [one / other for one, other in zip(*taken, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    words = ", ".join(f"{key} {value}" for key, value in said.items())
    of_both = " | ".join(f"{1000 * statistics.median(times):.2f}" for times in taken)
    mark = "" if claimed else " (as Keras has it)"
    print(
        f"| {kind} {words} | {of_both} | {middle:.2f} ({low:.2f} to {high:.2f}){mark} |", flush=True
    )


def model_of(kind: str, said: dict[str, Any], shape: tuple[int, ...]) -> Any:
    """The layer alone, on one input or, where it takes several, on two."""
    import keras

    layer = getattr(keras.layers, kind)(**said)
    count = 2 if kind in ("Add", "Multiply", "Concatenate") else 1
    entering = [keras.Input(shape) for _ in range(count)]
    return keras.Model(entering, layer(entering if count == 2 else entering[0]))


def step_of(model: Any, backend: str) -> Step:
    """A training step of `model`, compiled as its backend has it in a run."""
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


def timed(step: Step, count: int) -> float:
    """The processor time of one of `count` steps, in seconds."""
    before = time.process_time()
    for _ in range(count):
        step()
    return (time.process_time() - before) / count


def at_least(step: Step, seconds: float = 0.15) -> int:
    """How many steps take `seconds`."""
    return max(1, round(seconds / max(timed(step, 2), 1e-6)))


if __name__ == "__main__":
    main()
