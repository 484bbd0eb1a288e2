"""The time of a training step of each layer, in Keras and lowered.

A step computes the output and the gradients with respect to input and weights, for a batch of 64.
The two take turns in one process; figures are the CPU time on one thread, the median of the
repeats, and the ratio of adjacent turns. Layers without a lowered version are measured only with
`--all`; both columns are then Keras's.

    python benchmarks/layers torch
    python benchmarks/layers jax --only Depthwise LSTM --repeats 9
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
import warnings
from typing import Any

from cases import CASES, model_of
from steps import Step, step_of

os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("backend", choices=["jax", "tensorflow", "torch"])
    parser.add_argument(
        "--only", nargs="+", default=[""], help="layers whose names have one of these"
    )
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    warnings.filterwarnings("ignore", message="The structure of `inputs`")
    from kspec import backends

    backends.activate(backends.choose(given.backend))
    print("| layer | Keras's, ms | lowered, ms | ratio (quartiles) |")
    print("| --- | ---: | ---: | --- |", flush=True)
    for kind, said, shape in CASES:
        if any(each in kind for each in given.only):
            measure(kind, said, shape, given)


def measure(kind: str, said: dict[str, Any], shape: tuple[int, ...], given: Any) -> None:
    """Print the row of one layer."""
    from kspec.model.lower import lower
    from kspec.model.lower.stand_in import StandIn

    plain, lowered = (model_of(kind, said, shape) for _ in range(2))
    lower(lowered)
    claimed = any(isinstance(each, StandIn) for each in lowered._flatten_layers())
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
