"""Time from the command to the end of the first training step: kspec, and the network by hand.

"By hand" is a script that imports Keras, makes the layers, compiles, and fits arrays from a file.
Each time is that of a separate process that ends after its first step; they take turns, and the
result is the median of the ratios of adjacent turns. On JAX kspec is measured twice: without the
programs that it compiled before (`kspec.compiled`), and with them.

    python benchmarks/first_step.py --backend torch --repeats 9
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SPEC = Path(__file__).parents[1] / "specs" / "quickstart.json"
HAND = "by hand"
WHO = {
    "tensorflow": ("kspec", HAND),
    "torch": ("kspec", HAND),
    "jax": ("kspec", "kspec again", HAND),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backend", choices=["tensorflow", "torch", "jax"], required=True)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--clock", choices=["clock", "cpu"], default="clock")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    everyone = WHO[given.backend]
    with tempfile.TemporaryDirectory() as folder:
        save(folder)
        turns = [
            {who: seconds(who, given.backend, folder)[given.clock] for who in everyone}
            for _ in range(given.repeats + 1)
        ][1:]  # The first run fills the file system's cache and kspec's own.
    hand = statistics.median(turn[HAND] for turn in turns)
    found = []
    for who in everyone[:-1]:
        ratios = [turn[who] / turn[HAND] for turn in turns]
        low, middle, high = statistics.quantiles(ratios, n=4)
        ours = statistics.median(turn[who] for turn in turns)
        found.append({"who": who, "seconds": ours, "ratio": middle, "quartiles": [low, high]})
        if not given.json:
            print(
                f"{given.backend}, by {given.clock}: {who} {ours:.2f} s, by hand {hand:.2f} s; "
                f"{middle:.2f} times as long ({low:.2f} to {high:.2f})"
            )
    if given.json:
        print(json.dumps({**vars(given), "by hand": hand, "found": found}))


def save(folder: str) -> None:
    """Save the spec's data for the script, which cannot draw it."""
    import numpy as np

    import kspec
    from kspec.data.load import load

    spec = kspec.load(SPEC)
    data = load(spec.data, seed=0, inputs=spec.entering, root=SPEC.parent)
    np.savez(Path(folder) / "data.npz", x=data.train.x, y=data.train.y)


def seconds(who: str, backend: str, folder: str) -> dict[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, __file__, who, backend],
        cwd=folder,
        env=os.environ
        | {
            "KERAS_BACKEND": backend,
            "TF_CPP_MIN_LOG_LEVEL": "2",
            "KSPEC_CACHE": folder,
            "JAX_ENABLE_COMPILATION_CACHE": str(who == "kspec again"),
        },
        stdout=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return {"clock": time.perf_counter() - began, "cpu": processor}


def with_kspec(backend: str) -> None:
    from kspec import backends

    backends.activate(backends.choose(backend))
    end_behind_the_first_step()
    from kspec.cli.main import kspec

    kspec(["train", str(SPEC), "--backend", backend])


def by_hand() -> None:
    import keras
    import numpy as np
    from keras import layers

    end_behind_the_first_step()
    with np.load("data.npz") as data:
        x, y = data["x"].astype("float32") / 255, data["y"]
    model = keras.Sequential([keras.Input((32, 32, 3))])
    for filters in (24, 48, 96):
        model.add(layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False))
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
    model.add(layers.Flatten())
    model.add(layers.Dropout(0.3))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(
        optimizer=keras.optimizers.Adam(0.002),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(x, y, batch_size=64, validation_split=0.1, verbose=0)


def end_behind_the_first_step() -> None:
    import keras

    def end(self: object, batch: int, logs: object = None) -> None:
        os._exit(0)

    keras.callbacks.CallbackList.on_train_batch_end = end


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["kspec" | "kspec again", backend]:
            with_kspec(backend)
        case ["by hand", _]:
            by_hand()
        case _:
            main()
