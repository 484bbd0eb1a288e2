"""What an optimizer step costs on PyTorch, with Keras's own optimizer and lowered.

They take turns in one process, on one thread; the figures are medians of CPU time.

    python benchmarks/optimizers.py --parameters 2400000 --optimizer Adam
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable

import numpy as np

from kspec import backends


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--optimizer", default="Adam")
    parser.add_argument("--parameters", type=int, default=2_400_000)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    backends.activate(backends.choose("torch"))
    import torch

    torch.set_num_threads(1)
    steps = {
        "Keras": step(given.optimizer, given.parameters, lowered=False),
        "lowered": step(given.optimizer, given.parameters, lowered=True),
    }
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for repeat in range(given.repeats + 1):
        for name, make in steps.items():
            began = time.process_time()
            make()
            if repeat:  # The first step allocates memory for intermediate results.
                taken[name].append(1e3 * (time.process_time() - began))
    ratios = [own / low for own, low in zip(taken["Keras"], taken["lowered"], strict=True)]
    found = {
        **{f"{name}_ms": statistics.median(each) for name, each in taken.items()},
        "ratio": statistics.median(ratios),
        "quartiles": statistics.quantiles(ratios, n=4)[::2],
    }
    if given.json:
        print(json.dumps({**vars(given), **found}))
        return
    low, high = found["quartiles"]
    print(
        f"{given.optimizer}, {given.parameters:,} parameters: Keras {found['Keras_ms']:.2f} ms, "
        f"lowered {found['lowered_ms']:.2f} ms, "
        f"{found['ratio']:.1f} times as fast ({low:.1f} to {high:.1f})"
    )


def step(name: str, parameters: int, *, lowered: bool) -> Callable[[], None]:
    """A step for a network of eight equally large kernels."""
    import keras

    from kspec.model.lower import lower_optimizer

    rng = np.random.default_rng(0)
    shape = (parameters // 8,)
    variables = [keras.Variable(rng.normal(size=shape), dtype="float32") for _ in range(8)]
    gradients = [
        keras.ops.convert_to_tensor(rng.normal(size=shape).astype("float32")) for _ in range(8)
    ]
    optimizer = getattr(keras.optimizers, name)()
    if lowered:
        lower_optimizer(optimizer)
    optimizer.build(variables)
    return lambda: optimizer.apply(gradients)


if __name__ == "__main__":
    main()
