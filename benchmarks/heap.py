"""The effect of not returning the memory of PyTorch's tensors to the system (`kspec/heap.py`).

Separate processes, in turn with and without it; measured are the CPU time of a training step, its
system part, page faults, and the peak memory of the process. Without lowering, the layers are
Keras's own, with the default memory settings.

    python benchmarks/heap.py specs/arch2.json --batch 512 --steps 3 --repeats 3
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys

# A glibc setting that changes nothing, but makes kspec leave malloc alone.
WITHOUT = {"MALLOC_ARENA_TEST": "8"}
WAYS = {
    "kspec": ("lowered", {}),
    "memory given back": ("lowered", WITHOUT),
    "without lowering": ("plain", WITHOUT),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("spec")
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--child", choices=["lowered", "plain"])
    given = parser.parse_args()
    if given.child:
        child(given)
        return
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(given.repeats):
        for way, (layers, environment) in WAYS.items():
            words = [sys.executable, __file__, *sys.argv[1:], "--child", layers]
            environment = {**os.environ, "OMP_NUM_THREADS": "1", **environment}
            done = subprocess.run(
                words, env=environment, capture_output=True, text=True, check=True
            )
            found[way].append(json.loads(done.stdout.splitlines()[-1]))
    print("| | processor time of a sample, ms | of the system, ms | pages in a step | peak, GB |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for way, measured in found.items():
        median = {key: statistics.median(each[key] for each in measured) for key in measured[0]}
        print(
            f"| {way} | {median['user'] + median['system']:.2f} | {median['system']:.2f} "
            f"| {median['pages']:,.0f} | {median['peak']:.2f} |"
        )


def child(given: argparse.Namespace) -> None:
    """Train some steps after a first one, and print what they took."""
    from dataclasses import replace

    from kspec import backends

    backends.activate(replace(backends.choose("torch"), lowering=given.child == "lowered"))
    import numpy as np

    import kspec
    from kspec.model.compile import compile_model

    spec = kspec.load(given.spec)
    model = kspec.build(spec, lowering=given.child == "lowered")
    compile_model(model, spec, one_hot=False)
    random = np.random.default_rng(0)
    (entering,) = spec.entering.values()
    x = random.normal(size=(given.batch, *entering.shape)).astype("float32")
    y = random.integers(0, 10, given.batch).astype("int32")
    model.train_on_batch(x, y)
    before = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(given.steps):
        model.train_on_batch(x, y)
    after = resource.getrusage(resource.RUSAGE_SELF)
    per_sample = 1000 / given.steps / given.batch
    measured = {
        "user": (after.ru_utime - before.ru_utime) * per_sample,
        "system": (after.ru_stime - before.ru_stime) * per_sample,
        "pages": (after.ru_minflt - before.ru_minflt) / given.steps,
        "peak": after.ru_maxrss / 1e6,
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
