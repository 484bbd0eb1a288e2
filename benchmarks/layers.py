"""What a training step of one layer takes as Keras has it, and lowered.

A step is the output and the gradients to the input and to the weights, of a batch of 64. Both take
turns in one process; processor time on one thread, median of the repeats, and of the ratios of
turns that follow each other, with quartiles. A layer that no class claims is Keras's in both.

    python benchmarks/layers.py torch
    python benchmarks/layers.py jax --layer GRU GRU-64 --repeats 15 --json
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

BATCH = 64
WORDS, PLACES = (100, 128), (128, 128)  # Steps or places, and features of each.
FEW = (100, 32)
ALL = {"return_sequences": True}

# The class, its arguments, the shape of a sample; attention has it as query and as value.
CASES: dict[str, tuple[str, dict[str, Any], tuple[int, ...]]] = {
    "LSTM": ("LSTM", {"units": 128, **ALL}, WORDS),
    "LSTM-64": ("LSTM", {"units": 64, **ALL}, FEW),
    "LSTM-last": ("LSTM", {"units": 128}, WORDS),
    "LSTM-dropout": ("LSTM", {"units": 128, "dropout": 0.2, **ALL}, WORDS),
    "LSTM-masked": ("Masking", {"units": 128, **ALL}, WORDS),
    "GRU": ("GRU", {"units": 128, **ALL}, WORDS),
    "GRU-64": ("GRU", {"units": 64, **ALL}, FEW),
    "SimpleRNN": ("SimpleRNN", {"units": 128, **ALL}, WORDS),
    "SimpleRNN-64": ("SimpleRNN", {"units": 64, **ALL}, FEW),
    "Bidirectional": ("Bidirectional", {"units": 64, **ALL}, WORDS),
    "MultiHeadAttention": ("MultiHeadAttention", {"num_heads": 4, "key_dim": 32}, PLACES),
    "MultiHeadAttention-32": ("MultiHeadAttention", {"num_heads": 4, "key_dim": 32}, (32, 128)),
    "MultiHeadAttention-dropout": (
        "MultiHeadAttention",
        {"num_heads": 4, "key_dim": 32, "dropout": 0.1},
        PLACES,
    ),
    "Attention": ("Attention", {}, PLACES),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("backend", choices=["jax", "tensorflow", "torch"])
    parser.add_argument("--layer", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    warnings.filterwarnings("ignore", message="The structure of `inputs`")
    from kspec import backends

    backends.activate(backends.choose(given.backend))
    if not given.json:
        print("| layer | Keras's, ms | lowered, ms | ratio (quartiles) |")
        print("| --- | ---: | ---: | --- |", flush=True)
    for name in given.layer:
        row = measure(name, given.backend, given.repeats)
        if given.json:
            print(json.dumps({"backend": given.backend, "layer": name, **row}), flush=True)
            continue
        low, high = row["quartiles"]
        claimed = "" if row["lowered"] else ", not lowered"
        print(
            f"| {name} | {row['keras_ms']:.1f} | {row['lowered_ms']:.1f} "
            f"| {row['ratio']:.2f} ({low:.2f} to {high:.2f}){claimed} |",
            flush=True,
        )


def measure(name: str, backend: str, repeats: int) -> dict[str, Any]:
    """Milliseconds of both, the ratio, and the classes that are lowered."""
    from kspec.model.lower import lower
    from kspec.model.lower.stand_in import StandIn

    plain, lowered = model_of(*CASES[name]), model_of(*CASES[name])
    lower(lowered)
    steps = [step_of(each, backend) for each in (plain, lowered)]
    counts = [max(1, round(0.15 / max(timed(step, 2), 1e-6))) for step in steps]
    taken: list[list[float]] = [[], []]
    for _ in range(repeats):
        for step, times, count in zip(steps, taken, counts, strict=True):
            times.append(timed(step, count))
    ratios = [one / other for one, other in zip(*taken, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    layers = lowered._flatten_layers()
    return {
        "keras_ms": 1000 * statistics.median(taken[0]),
        "lowered_ms": 1000 * statistics.median(taken[1]),
        "ratio": middle,
        "quartiles": [low, high],
        "lowered": sorted({type(each).__name__ for each in layers if isinstance(each, StandIn)}),
    }


def model_of(kind: str, said: dict[str, Any], shape: tuple[int, ...]) -> Any:
    """The layer alone, between an input and an output; a Masking with an LSTM that it masks."""
    import keras

    x = keras.Input(shape)
    if kind == "Bidirectional":
        return keras.Model(x, keras.layers.Bidirectional(keras.layers.LSTM(**said))(x))
    if kind == "Masking":
        return keras.Model(x, keras.layers.LSTM(**said)(keras.layers.Masking()(x)))
    layer = getattr(keras.layers, kind)(**said)
    if kind == "MultiHeadAttention":
        return keras.Model(x, layer(x, x))
    return keras.Model(x, layer([x, x] if kind == "Attention" else x))


def step_of(model: Any, backend: str) -> Callable[[], None]:
    """A training step of `model`, compiled as its backend has it in a run."""
    import keras
    import numpy as np

    random = np.random.default_rng(0)
    x, towards = (
        keras.ops.convert_to_tensor(random.normal(size=(BATCH, *shape)).astype("float32"))
        for shape in (model.input_shape[1:], model.output_shape[1:])
    )
    step = {"jax": _of_jax, "tensorflow": _of_tensorflow, "torch": _of_torch}[backend]
    made = step(model, x, towards)
    made()
    return made


def _of_torch(model: Any, x: Any, towards: Any) -> Callable[[], None]:
    import torch

    values = [x.requires_grad_(), *(each.value for each in model.trainable_variables)]

    def step() -> None:
        torch.autograd.grad(model(x, training=True), values, towards)

    return step


def _of_jax(model: Any, x: Any, towards: Any) -> Callable[[], None]:
    import jax

    fixed = [each.value for each in model.non_trainable_variables]

    @jax.jit
    def both(values: Any, x: Any, towards: Any) -> Any:
        def output(values: Any, x: Any) -> Any:
            return model.stateless_call(values, fixed, x, training=True)

        y, back, state = jax.vjp(output, values, x, has_aux=True)
        return y, back(towards), state

    values = [each.value for each in model.trainable_variables]

    def step() -> None:
        jax.block_until_ready(both(values, x, towards))

    return step


def _of_tensorflow(model: Any, x: Any, towards: Any) -> Callable[[], None]:
    import tensorflow as tf

    @tf.function
    def both(x: Any, towards: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = model(x, training=True)
        values = [each.value for each in model.trainable_variables]
        return y, tape.gradient(y, [x, *values], towards)

    def step() -> None:
        both(x, towards)

    return step


def timed(step: Callable[[], None], count: int) -> float:
    """The processor time of one of `count` steps, in seconds."""
    before = time.process_time()
    for _ in range(count):
        step()
    return (time.process_time() - before) / count


if __name__ == "__main__":
    main()
